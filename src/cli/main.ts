import {version} from './version.ts';

const args = process.argv.slice(2);

if (args[0] === '--version' || args[0] === '-V') {
  process.stdout.write(`${version}\n`);
} else {
  // Loaded apart, so that asking for the version loads nothing else.
  const {start} = await import('./start.ts');
  await start(args);
}

import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {describe, expect, it, onTestFinished} from 'vitest';
import {randoms} from '../../core/randoms.ts';
import {temporaryFolder} from '../../storage/temporaryFolder.ts';
import {sha256, startMadeHub} from './madeHub.ts';
import {randomContent} from './randomContent.ts';

describe('a pull that is killed', () => {
  it('is complete in the end, and its file right, whenever the process is killed', async () => {
    const large = randomContent(1_000_000, 2);
    const made = await startMadeHub({
      repositories: {'made/Tiny-GGUF': {files: {'tiny-Q4_K_M.gguf': large}}},
    });
    const folder = join(temporaryFolder(), 'models');
    const file = join(folder, 'made', 'Tiny-GGUF', 'tiny-Q4_K_M.gguf');
    const program = fileURLToPath(new URL('pullingProcess.ts', import.meta.url));
    const random = randoms(11);
    let child: ReturnType<typeof spawn> | undefined;
    let isKilling = true;
    const starts = new Set<number>();
    onTestFinished(() => void child?.kill('SIGKILL'));
    const part = `${file}.${sha256(large).slice(0, 16)}.part`;
    const partBytes = (): number => statSync(part, {throwIfNoEntry: false})?.size ?? 0;
    // The moment is one of bytes, not of time: what is sent stays little ahead of what is on the disk.
    made.deliver = (_count, {start, end}) => {
      starts.add(start);
      // With little left it comes to its end, and begins again.
      if (start > 900_000) return undefined;
      const killAt = random(6) === 0 ? end - start : random(Math.min(200_000, end - start));
      const puller = child;
      const runs = (): boolean => puller?.signalCode === null && puller.exitCode === null;
      return {
        async onSent(sent) {
          while (runs() && partBytes() < start + sent - 20_000) await delay(1);
          if (isKilling && sent >= killAt) puller?.kill('SIGKILL');
        },
      };
    };
    const pullOnce = async (): Promise<number | null> => {
      child = spawn(process.execPath, [program, made.url, folder, 'hf:made/Tiny-GGUF:Q4_K_M'], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    };
    for (let kills = 0; kills < 10; ) {
      if ((await pullOnce()) === null) kills++;
      if (!existsSync(file)) continue;
      // A name is only ever that of a whole file.
      expect(sha256(readFileSync(file))).toBe(sha256(large));
      rmSync(file);
    }
    isKilling = false;
    expect(await pullOnce()).toBe(0);
    expect(sha256(readFileSync(file))).toBe(sha256(large));
    expect(readdirSync(join(file, '..'))).toEqual(['tiny-Q4_K_M.gguf']);
    expect(starts.size).toBeGreaterThan(5);
  }, 120_000);
});

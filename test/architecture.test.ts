import {readdirSync, readFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {join, posix} from 'node:path';
import {describe, expect, it} from 'vitest';

/** What each folder of `src` may import beside itself: cli → {ui, plain} → commands → {storage, …} → core. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  core: [],
  theme: ['core'],
  storage: ['core'],
  backends: ['core'],
  markdown: ['theme', 'core'],
  commands: ['storage', 'markdown', 'theme', 'backends', 'core'],
  ui: ['commands', 'storage', 'markdown', 'theme', 'backends', 'core'],
  plain: ['commands', 'storage', 'markdown', 'theme', 'backends', 'core'],
  cli: ['ui', 'plain', 'commands', 'storage', 'markdown', 'theme', 'backends', 'core'],
};

/** Packages that only some files may load; their types may be used anywhere. */
const homes: readonly {name: RegExp; home: RegExp; why: string}[] = [
  {name: /^(react|ink)([/-]|$)/, home: /^ui\//, why: 'the screen is known to src/ui alone'},
  {
    name: /^node-llama-cpp$/,
    home: /^backends\/local\/engineProcess\.ts$/,
    why: 'it may abort its process, so it lives in a child',
  },
  {
    name: /^@napi-rs\/keyring$/,
    home: /^storage\/keychainProcess\.ts$/,
    why: 'its calls may block for ever, so it lives in a child',
  },
  {name: /^conf$/, home: /^cli\/settings\.ts$/, why: 'it takes longer to load than a start'},
];

/** Packages that cost a start too much: never loaded before they are needed. */
const heavy =
  /^(react|ink|ink-.*|marked-terminal|cli-highlight|conf|node-llama-cpp|ollama(\/.*)?|@napi-rs\/keyring|@pydantic\/genai-prices|unpdf)$/;

const outsideWorld = new Set([
  ...['fs', 'fs/promises', 'net', 'http', 'https', 'http2', 'tls', 'dgram', 'dns', 'os', 'path'],
  ...['child_process', 'worker_threads', 'sqlite', 'readline', 'tty', 'process', 'url'],
]);

type Import = {specifier: string; type: boolean; dynamic: boolean};
/** The sources by their path in `src`, with forward slashes. */
type Sources = ReadonlyMap<string, string>;

/** The import statements of a module, static and dynamic; comments do not count. */
function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  const found: Import[] = [];
  for (const match of code.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^;'"()]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  )) {
    found.push({specifier: match[2] ?? '', type: match[1] !== undefined, dynamic: false});
  }
  for (const match of code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)) {
    found.push({specifier: match[1] ?? '', type: false, dynamic: false});
  }
  for (const match of code.matchAll(/(typeof\s+)?\b(?:import|require)\(\s*['"]([^'"]+)['"]/g)) {
    found.push({specifier: match[2] ?? '', type: match[1] !== undefined, dynamic: true});
  }
  return found;
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"])\/\/.*$/gm, '$1');
}

/** The file in `src` that a relative import names. */
function target(file: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined;
}

const layerOf = (file: string) => file.split('/')[0] ?? '';

/** Every breach of the rules above, one line each. */
function breaches(sources: Sources): string[] {
  const found: string[] = [];
  for (const [file, source] of sources) {
    const layer = layerOf(file);
    for (const {specifier, type} of importsOf(source)) {
      const to = target(file, specifier);
      if (to !== undefined) {
        const allowed = [layer, ...(arrows[layer] ?? [])];
        if (to.startsWith('..')) found.push(`${file} imports ${specifier}, outside src`);
        else if (!allowed.includes(layerOf(to))) found.push(`${file} imports ${to}: the arrow points back`);
        else if (!sources.has(to)) found.push(`${file} imports ${to}, which does not exist`);
        continue;
      }
      for (const {name, home, why} of type ? [] : homes) {
        if (name.test(specifier) && !home.test(file)) found.push(`${file} loads ${specifier}: ${why}`);
      }
      const builtin = specifier.replace(/^node:/, '');
      if (layer === 'core' && outsideWorld.has(builtin))
        found.push(`${file} imports ${specifier}: core does no I/O`);
      if (builtinModules.includes(builtin) && !specifier.startsWith('node:')) {
        found.push(`${file} imports ${specifier} without node:`);
      }
    }
    if (file !== 'cli/environment.ts' && readsEnvironment(source)) {
      found.push(`${file} reads the environment or the home folder: only cli/environment.ts does`);
    }
  }
  return found;
}

function readsEnvironment(source: string): boolean {
  return /\bprocess\s*(\.|\?\.|\[['"])\s*env\b|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b|\bhomedir\b/.test(
    withoutComments(source),
  );
}

/** The modules that loading one module loads at once; with `dynamic`, also those that it may load later. */
function reach(sources: Sources, start: string): {files: Set<string>; packages: Map<string, string>} {
  const files = new Set<string>();
  const packages = new Map<string, string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const {specifier, type, dynamic} of importsOf(sources.get(file) ?? '')) {
      if (type || dynamic) continue;
      const to = target(file, specifier);
      if (to === undefined) packages.set(specifier, file);
      else visit(to);
    }
  };
  visit(start);
  return {files, packages};
}

/** Circles of modules that load each other; each is named once, by its path. */
function cycles(sources: Sources): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const at = path.indexOf(file);
    if (at !== -1) found.add([...path.slice(at), file].join(' → '));
    if (at !== -1 || done.has(file)) return;
    for (const {specifier, type, dynamic} of importsOf(sources.get(file) ?? '')) {
      const to = type || dynamic ? undefined : target(file, specifier);
      if (to !== undefined) visit(to, [...path, file]);
    }
    done.add(file);
  };
  for (const file of sources.keys()) visit(file, []);
  return [...found];
}

function readSources(): Sources {
  const root = join(import.meta.dirname, '..', 'src');
  const files = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(file => /\.tsx?$/.test(file));
  return new Map(files.map(file => [file.replaceAll('\\', '/'), readFileSync(join(root, file), 'utf8')]));
}

const sources = readSources();

describe('the architecture', () => {
  it('has every source file in a known layer', () => {
    const layers = new Set([...sources.keys()].map(layerOf));
    expect([...layers].filter(layer => !Object.hasOwn(arrows, layer))).toEqual([]);
    expect(sources.size).toBeGreaterThan(10);
  });

  it('has imports that point one way, and packages, environment and I/O where they belong', () => {
    expect(breaches(sources)).toEqual([]);
  });

  it('has no circle of modules', () => {
    expect(cycles(sources)).toEqual([]);
  });

  it('loads no heavy package at a start, and no React for `run`', () => {
    const entries = [...sources.keys()].filter(file => /^cli\/(main|run\w*)\.ts$/.test(file));
    expect(entries).toContain('cli/main.ts');
    const loaded = entries.flatMap(file =>
      [...reach(sources, file).packages]
        .filter(([name]) => heavy.test(name))
        .map(([name, from]) => `${file} loads ${name} at once, by ${from}`),
    );
    expect(loaded).toEqual([]);
  });
});

describe('the rules of the architecture', () => {
  const check = (files: Record<string, string>) => breaches(new Map(Object.entries(files)));
  const core = {'core/a.ts': 'export const a = 1;'};

  it.each([
    ['core/b.ts', `import {x} from '../cli/x.ts';`, 'points back'],
    ['storage/b.ts', `import type {X} from '../commands/x.ts';`, 'points back'],
    ['backends/b.ts', `const x = await import('../storage/x.ts');`, 'points back'],
    ['ui/b.ts', `export {x} from '../plain/x.ts';`, 'points back'],
    ['cli/b.ts', `import '../../scripts/x.ts';`, 'outside src'],
    ['cli/b.ts', `import {x} from '../core/gone.ts';`, 'does not exist'],
    ['commands/b.ts', `import {useState} from 'react';`, 'src/ui alone'],
    ['cli/b.ts', `import TextInput from 'ink-text-input';`, 'src/ui alone'],
    ['backends/local/b.ts', `import {getLlama} from 'node-llama-cpp';`, 'in a child'],
    ['cli/b.ts', `const conf = await import('conf');`, 'than a start'],
    ['core/b.ts', `import {readFileSync} from 'node:fs';`, 'no I/O'],
    ['cli/b.ts', `import {join} from 'path';`, 'without node:'],
    ['cli/b.ts', `const home = process.env.HOME;`, 'environment'],
    ['cli/b.ts', `const home = process.env['HOME'];`, 'environment'],
    ['cli/b.ts', `const {env} = process;`, 'environment'],
    ['cli/b.ts', `import {\n  homedir,\n  tmpdir,\n} from 'node:os';`, 'environment'],
  ])('find in %s: %s', (file, source, breach) => {
    expect(check({...core, [file]: source})).toEqual([expect.stringContaining(breach)]);
  });

  it('let what is right pass', () => {
    const right = {
      ...core,
      'cli/b.ts': `// import {x} from '../gone.ts' and process.env\nimport {a} from '../core/a.ts';`,
      'ui/b.tsx': `import {useState} from 'react';\nimport {Box} from 'ink';`,
      'backends/b.ts': `import type {Llama} from 'node-llama-cpp';\ntype L = typeof import('node-llama-cpp');`,
      'backends/local/engineProcess.ts': `await import('node-llama-cpp');`,
    };
    expect(check(right)).toEqual([]);
  });

  it('find a circle, but not one of types', () => {
    const circle = (kind: string) =>
      cycles(
        new Map([
          ['core/a.ts', `import {b} from './b.ts';`],
          ['core/b.ts', `import ${kind}{a} from './a.ts';`],
        ]),
      );
    expect(circle('')).toEqual(['core/a.ts → core/b.ts → core/a.ts']);
    expect(circle('type ')).toEqual([]);
  });

  it('follow what is loaded at once, not what is loaded later', () => {
    const files = new Map([
      ['cli/a.ts', `import {b} from './b.ts';\nawait import('./c.ts');`],
      ['cli/b.ts', `import Conf from 'conf';`],
      ['cli/c.ts', `import React from 'react';`],
    ]);
    expect([...reach(files, 'cli/a.ts').packages.keys()]).toEqual(['conf']);
  });
});

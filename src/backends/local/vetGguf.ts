import {open, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {LlmError} from '../../core/errors.ts';
import {quantizationName} from './ggufTypes.ts';
import {type GgufHeader, type GgufValue, parseGguf} from './readGguf.ts';

/** What the header of a usable GGUF file says. */
export type GgufSummary = {
  path: string;
  /** Size of the file, in bytes. */
  bytes: number;
  /** When the file was last changed, in ms since 1970. */
  modified: number;
  name?: string;
  architecture: string;
  /** The context length of its training, in tokens. */
  contextMax: number;
  /** Number of weights; of the first file only, when the model is split. */
  parameters: number;
  /** For example `Q4_K_M`. */
  quantization?: string;
  /** What a token of the context window takes in memory, in bytes: as little as is sure. */
  tokenBytes: number;
  /** The Jinja template of its chats; a model without one is not made for chat, and still runs. */
  chatTemplate?: string;
};

/**
 * Reads the header of a GGUF file and makes sure that llama.cpp will not choke on it: some missing keys
 * abort the whole process there, others give one error for all causes. Reads at most 128 MiB of the file.
 * Throws `LlmError` kind `file` with what is wrong.
 */
export async function vetGguf(path: string): Promise<GgufSummary> {
  const file = await stat(path).catch((cause: unknown) => {
    throw broken(path, reasonOf(cause), 'Check the path.', cause);
  });
  if (file.isDirectory()) throw broken(path, 'it is a folder', 'Give the path of a .gguf file inside it.');
  if (!file.isFile()) throw broken(path, 'it is not a regular file', 'Give the path of a .gguf file.');
  if (file.size === 0) throw broken(path, 'it is empty');
  const header = await readHeader(path, file.size);
  checkKeys(path, header);
  await checkParts(path, header);
  if (header.end > file.size) {
    throw broken(path, `it is cut off: ${file.size} of ${header.end} bytes are there`);
  }
  return summarise(path, file.size, file.mtimeMs, header);
}

const firstRead = 1 << 20;
const lastRead = 1 << 27;

async function readHeader(path: string, fileSize: number): Promise<GgufHeader> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw broken(path, reasonOf(cause), 'Check its permissions.', cause);
  });
  try {
    for (let size = Math.min(firstRead, fileSize); ; size = Math.min(size * 8, lastRead, fileSize)) {
      const buffer = Buffer.alloc(size);
      let filled = 0;
      while (filled < size) {
        const {bytesRead} = await handle.read(buffer, filled, size - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      const bytes = buffer.subarray(0, filled);
      checkMagic(path, bytes);
      const parsed = parseGguf(bytes);
      if (parsed.result === 'header') return parsed.header;
      if (parsed.result === 'fault') throw broken(path, parsed.reason);
      if (filled < size || size === fileSize) throw broken(path, 'it is cut off before its header ends');
      if (size === lastRead) throw broken(path, 'its header does not end');
    }
  } finally {
    await handle.close();
  }
}

function checkMagic(path: string, bytes: Buffer): void {
  if (bytes.toString('latin1', 0, 4) === 'GGUF') return;
  const start = bytes.toString('latin1', 0, 64);
  if (start.startsWith('version https://git-lfs')) {
    throw broken(
      path,
      'it is a Git LFS pointer, not the model itself',
      'Run `git lfs pull` where it came from.',
    );
  }
  if (start.trimStart().startsWith('<')) {
    throw broken(path, 'it is a web page, not a GGUF file', 'The download went wrong: download it again.');
  }
  throw broken(path, 'it is not a GGUF file', 'The embedded engine runs GGUF files only; choose one.');
}

/** Transformers whose blocks all have a feed-forward part and plain attention. Others are left to llama.cpp. */
const denseArchitectures = new Set([
  ...['llama', 'qwen2', 'qwen3', 'gemma', 'gemma2', 'gemma3', 'phi2', 'phi3', 'mistral', 'mistral3'],
  ...['starcoder2', 'stablelm', 'olmo', 'olmo2', 'granite', 'internlm2', 'exaone', 'smollm3'],
]);

/** What is kept as GGUF and is no language model: image and speech models, and those that make embeddings alone. */
const foreignArchitectures: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['flux', 'sd1', 'sd3', 'sdxl', 'aura', 'hidream', 'lumina2', 'qwen_image'].map(name => [
      name,
      'it makes images and cannot chat',
    ]),
  ),
  ...Object.fromEntries(
    ['wan', 'ltxv', 'hyvid', 'cosmos'].map(name => [name, 'it makes videos and cannot chat']),
  ),
  ...Object.fromEntries(
    ['bert', 'modern-bert', 'nomic-bert', 'nomic-bert-moe', 'neo-bert', 'jina-bert-v2', 't5encoder'].map(
      name => [name, 'it makes embeddings and cannot chat'],
    ),
  ),
  whisper: 'it hears speech and cannot chat',
};

/** Numbers that are counts: llama.cpp divides by some of them, and allocates by others. */
const counts = [
  ...['context_length', 'embedding_length', 'block_count', 'feed_forward_length'],
  ...['attention.head_count', 'attention.head_count_kv'],
];
const largestCount = 2 ** 31 - 1;

function checkKeys(path: string, header: GgufHeader): void {
  const {values} = header;
  const architecture = text(values.get('general.architecture'));
  if (architecture === undefined) throw missing(path, 'general.architecture');
  const kind = text(values.get('general.type'));
  if (architecture === 'clip' || kind === 'mmproj' || kind === 'adapter' || kind === 'imatrix') {
    throw broken(path, `it holds no language model, but a part for one (${kind ?? architecture})`);
  }
  const foreign = foreignArchitectures[architecture];
  if (foreign !== undefined) throw broken(path, `${foreign} (${architecture})`, 'Choose a chat model.');
  const part = number(values.get('split.no'));
  if (part !== undefined && part > 0) {
    throw broken(
      path,
      `it is part ${part + 1} of a split model`,
      'Give the first part: the others are found.',
    );
  }
  const keys = ['context_length', 'embedding_length', 'block_count'];
  if (denseArchitectures.has(architecture)) keys.push('feed_forward_length', 'attention.head_count');
  if (architecture === 'llama') keys.push('attention.layer_norm_rms_epsilon');
  const required = keys.map(key => `${architecture}.${key}`);
  required.push('tokenizer.ggml.model');
  const tokenizer = text(values.get('tokenizer.ggml.model'));
  if (tokenizer === 'none' || tokenizer === 'no_vocab') throw broken(path, 'it has no vocabulary');
  required.push('tokenizer.ggml.tokens');
  if (tokenizer === 'gpt2') required.push('tokenizer.ggml.merges');
  for (const key of required) if (!values.has(key)) throw missing(path, key);
  for (const name of counts) {
    const count = number(values.get(`${architecture}.${name}`));
    if (count !== undefined && (count < 1 || count > largestCount))
      throw broken(path, `its ${name} is ${count}`, damagedHeader);
  }
  checkExperts(path, architecture, values);
  const template = values.get('tokenizer.chat_template');
  if (template !== undefined && typeof template !== 'string')
    throw broken(path, 'its chat template is no text', damagedHeader);
  if (header.tensors === 0) throw broken(path, 'it holds no weights');
  checkHeads(path, architecture, values);
}

/** `LLAMA_MAX_EXPERTS`; llama.cpp makes sure of these by aborting. */
const mostExperts = 1024;

function checkExperts(path: string, architecture: string, values: ReadonlyMap<string, GgufValue>): void {
  const experts = number(values.get(`${architecture}.expert_count`)) ?? 0;
  // Some architectures have a list here, with a number for each layer.
  const given = values.get(`${architecture}.expert_used_count`) ?? 0;
  const used = number(given);
  if (experts < 0 || experts > mostExperts)
    throw broken(path, `its expert_count is ${experts}`, damagedHeader);
  if (used === undefined) return;
  if (used < 0 || used > experts || (experts > 0 && used === 0))
    throw broken(path, `it uses ${used} of ${experts} experts`, damagedHeader);
}

const partName = /^(.*-)00001(-of-(\d{5})\.gguf)$/i;

/** The other files of a split model have to lie beside the first. */
async function checkParts(path: string, {values}: GgufHeader): Promise<void> {
  const named = partName.exec(basename(path));
  const parts = number(values.get('split.count')) ?? 1;
  if (parts <= 1) return;
  if (!named || parts !== Number(named[3])) {
    const name = `NAME-00001-of-${String(parts).padStart(5, '0')}.gguf`;
    throw broken(
      path,
      `it is part 1 of ${parts}, and its name does not say so`,
      `Name it ${name}, the others likewise, and put them into one folder.`,
    );
  }
  for (let part = 2; part <= parts; part++) {
    const file = `${named[1]}${String(part).padStart(5, '0')}${named[2]}`;
    const isThere = await stat(join(dirname(path), file)).then(
      entry => entry.isFile(),
      () => false,
    );
    if (!isThere)
      throw broken(path, `part ${part} of ${parts} is missing`, `Put ${file} into the same folder.`);
  }
}

/** An odd head dimension aborts llama.cpp in its rotary embedding. */
function checkHeads(path: string, architecture: string, values: ReadonlyMap<string, GgufValue>): void {
  const heads = number(values.get(`${architecture}.attention.head_count`));
  const width = number(values.get(`${architecture}.embedding_length`));
  if (heads === undefined || width === undefined || values.has(`${architecture}.attention.key_length`))
    return;
  if (!denseArchitectures.has(architecture)) return;
  if (heads < 1 || width % (heads * 2) !== 0) {
    throw broken(path, `its ${heads} attention heads do not divide its width of ${width}`);
  }
}

function summarise(path: string, bytes: number, modified: number, header: GgufHeader): GgufSummary {
  const {values} = header;
  const architecture = text(values.get('general.architecture')) ?? '';
  const name = text(values.get('general.name'));
  const fileType = number(values.get('general.file_type'));
  const quantization = fileType === undefined ? undefined : quantizationName(fileType);
  const chatTemplate = text(values.get('tokenizer.chat_template'));
  return {
    path,
    bytes,
    modified,
    architecture,
    contextMax: number(values.get(`${architecture}.context_length`)) ?? 0,
    parameters: header.elements,
    tokenBytes: tokenBytes(architecture, values),
    ...(name && {name}),
    ...(quantization && {quantization}),
    ...(chatTemplate && {chatTemplate}),
  };
}

/** What llama.cpp keeps of each token beside its keys and values, about. */
const cellBytes = 64;

/** Keys and values of 16 bits in every layer; where an architecture keeps less or something else, only what is sure. */
function tokenBytes(architecture: string, values: ReadonlyMap<string, GgufValue>): number {
  const of = (key: string): number | undefined => number(values.get(`${architecture}.${key}`));
  const heads = of('attention.head_count');
  const width = of('embedding_length');
  if (!denseArchitectures.has(architecture) || heads === undefined || width === undefined) return cellBytes;
  // Windows that slide keep fewer tokens than they let through.
  if (values.has(`${architecture}.attention.sliding_window`)) return cellBytes;
  const headWidth = of('attention.key_length') ?? width / heads;
  const keptHeads = of('attention.head_count_kv') ?? heads;
  return cellBytes + 2 * 2 * (of('block_count') ?? 0) * keptHeads * headWidth;
}

function text(value: GgufValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: GgufValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

const damagedHeader = 'It was not converted completely: choose another file.';

function missing(path: string, key: string): LlmError {
  return broken(path, `its header lacks ${key}`, damagedHeader);
}

function broken(
  path: string,
  reason: string,
  hint = 'Download it again, or choose another file.',
  cause?: unknown,
): LlmError {
  return new LlmError({
    kind: 'file',
    message: `Cannot use ${basename(path)}: ${reason}`,
    hint,
    detail: path,
    cause,
  });
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'reading it is not permitted';
  return cause instanceof Error ? cause.message : String(cause);
}

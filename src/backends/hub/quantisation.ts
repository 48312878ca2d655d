/** How the names of files write a quantisation. Source: `enum llama_ftype` of llama.cpp, and what quantisers add to it. */
const pattern =
  /(?:^|[-._/])((?:UD-)?(?:I?Q\d(?:_[A-Z0-9]+)*|TQ\d_\d|MXFP4(?:_MOE)?|NVFP4|BF16|FP16|F16|FP32|F32))(?=$|[-._/])/gi;

/** The quantisation that a file's path names, such as `Q4_K_M`, in capitals; undefined where it names none. */
export function quantisationOf(path: string): string | undefined {
  const name = path.replace(/\.gguf$/i, '').replace(/-\d{5}-of-\d{5}$/, '');
  // The last one counts: a folder may repeat it, and a model's name may look like one.
  return [...name.matchAll(pattern)].at(-1)?.[1]?.toUpperCase();
}

/** Bits a weight, about, as the name of a quantisation says; undefined where it does not. */
export function bitsOf(quantisation: string): number | undefined {
  const [, digit] = /(?:^|-)(?:IQ|Q|TQ)(\d)/.exec(quantisation) ?? [];
  if (digit !== undefined) return Number(digit);
  if (/FP4/.test(quantisation)) return 4;
  if (/16$/.test(quantisation)) return 16;
  return /32$/.test(quantisation) ? 32 : undefined;
}

/** Whether two spellings mean one quantisation: case and the quantiser's own mark do not count. */
export function isSameQuantisation(one: string, other: string): boolean {
  const plain = (name: string): string => name.toUpperCase().replace(/^UD-/, '');
  return plain(one) === plain(other);
}

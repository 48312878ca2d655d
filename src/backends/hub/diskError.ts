import {LlmError} from '../../core/errors.ts';

/** What went wrong with a file of the models folder, in words: kind `storage`. Whatever is no error of the disk stays. */
export function diskError(thrown: unknown, path: string): unknown {
  if (thrown instanceof LlmError || !(thrown instanceof Error)) return thrown;
  const code = 'code' in thrown ? thrown.code : undefined;
  if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return thrown;
  return new LlmError({kind: 'storage', ...wording(code, path, thrown.message), cause: thrown});
}

function wording(code: string, path: string, message: string): {message: string; hint: string} {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        message: `${path}: the disk is full`,
        hint: 'What has come is kept. Make room, and pull it again.',
      };
    case 'EFBIG':
      return {
        message: `${path}: this file system takes no file of that size`,
        hint: 'Choose a smaller quantisation, or a folder on another disk with LLM_HOME.',
      };
    case 'EROFS':
      return {message: `${path}: read-only file system`, hint: 'Choose another folder with LLM_HOME'};
    case 'EACCES':
    case 'EPERM':
      return {message: `${path}: writing it is not permitted`, hint: `Check: ls -ld ${path}`};
    case 'EISDIR':
    case 'ENOTDIR':
    case 'EEXIST':
      return {
        message: `${path}: a file is where a folder is needed, or the reverse`,
        hint: `Check: ls -ld ${path}`,
      };
    default:
      return {message: `${path}: ${message}`, hint: 'Check the disk.'};
  }
}

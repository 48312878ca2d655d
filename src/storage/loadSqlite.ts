/** node:sqlite, without the warning that Node 22 and early 24 print about it; asked for late, because it costs time. */
export function loadSqlite(): typeof import('node:sqlite') {
  const original = process.emitWarning;
  process.emitWarning = (...args: unknown[]) => {
    if (!String(args[0]).includes('SQLite')) Reflect.apply(original, process, args);
  };
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = original;
  }
}

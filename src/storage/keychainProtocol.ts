/** What the keychain's process is asked, as one JSON object on its stdin: never as an argument, which others could see. */
export type KeychainRequest = {account: string} & ({action: 'get' | 'remove'} | {action: 'set'; key: string});

/** What it answers on its stdout. `key` is null when there is none; `failure` says in a few words what went wrong. */
export type KeychainAnswer = {key: string | null} | {done: true} | {failure: string};

/** The name under which the system keychain keeps the keys of this program. */
export const keychainService = 'llm-local';

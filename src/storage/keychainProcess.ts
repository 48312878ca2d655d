/**
 * The program that speaks to the system keychain: the Keychain of macOS, the Credential Manager of Windows, the Secret
 * Service of a Linux desktop. It does one thing and ends. It is a process of its own because the call into the system
 * blocks its thread for as long as the system likes (a session bus that does not answer never lets go), and a process
 * can be ended.
 */
import {text} from 'node:stream/consumers';
import {type KeychainAnswer, type KeychainRequest, keychainService} from './keychainProtocol.ts';

process.stdout.write(JSON.stringify(await answer()));

async function answer(): Promise<KeychainAnswer> {
  try {
    const request = JSON.parse(await text(process.stdin)) as KeychainRequest;
    const {AsyncEntry} = await import('@napi-rs/keyring');
    // Without a Secret Service the library would take the kernel's keyring, which forgets everything at a restart.
    const entry = new AsyncEntry(keychainService, request.account, {linux: {store: 'secret-service'}});
    switch (request.action) {
      case 'get':
        return {key: await entry.getPassword()};
      case 'set':
        await entry.setPassword(request.key);
        return {done: true};
      case 'remove':
        await entry.deleteCredential();
        return {done: true};
    }
  } catch (thrown) {
    return {failure: thrown instanceof Error ? thrown.message : String(thrown)};
  }
}

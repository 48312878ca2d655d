import {createHub} from '../../../src/backends/hub/createHub.ts';
import {parseHubName} from '../../../src/backends/hub/hubName.ts';
import {pullModel} from '../../../src/backends/hub/pullModel.ts';
import {livenessOf, ownIdentity, type ProcessIdentity} from '../../../src/storage/processIdentity.ts';

// A program that pulls one model, to be killed: ENDPOINT MODELS_FOLDER NAME
const [, , endpoint = '', modelsFolder = '', typed = ''] = process.argv;
const hub = createHub({endpoint});
const name = parseHubName(typed);
if (!name) throw new Error(typed);
const watch = {own: ownIdentity, livenessOf: (written: unknown) => livenessOf(written as ProcessIdentity)};
const {signal} = new AbortController();
for await (const _ of pullModel({hub, name, modelsFolder, watch}, signal));
await hub.close();

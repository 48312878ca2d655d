import {type Command, say} from './command.ts';
import {describeFindings} from './describeFindings.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'look for what is wrong, and for the remedy',
  async run(_argument, context) {
    const findings = await context.diagnose();
    return say(`${describeFindings(findings)}\n\n\`llm doctor\` in a shell also asks the terminal itself.`);
  },
};

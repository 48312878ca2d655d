import {type Command, say} from './command.ts';
import {describeFindings} from './describeFindings.ts';
import {refuseArgument} from './refuse.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'look for what is wrong, and for the remedy',
  async run(argument, context) {
    refuseArgument('doctor', argument);
    const findings = await context.diagnose();
    return say(`${describeFindings(findings)}\n\n\`llm doctor\` in a shell also asks the terminal itself.`);
  },
};

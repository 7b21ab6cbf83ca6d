import { commandSchema, type TrainCommand } from '../process/protocol.ts';

/** The golden `train` command, from the text of its file. */
export function trainCommandOf(text: string): TrainCommand {
  const command = commandSchema.parse(JSON.parse(text));
  if (command.type !== 'train') throw new Error(`${command.type} is no training.`);
  return command;
}

/** Turns a reply that crossed the border back into a value or a rejection. */
import { CommandError, type CommandReply } from '../../shared/ipc.ts'

/**
 * A reply's value. Main answers what `CommandOutputs` says for the command, so the caller's type is taken as it is.
 * @throws CommandError
 */
export function answerOf<Value>(reply: CommandReply): Value {
  if (!reply.ok) throw new CommandError(reply.error)
  return reply.value as Value
}

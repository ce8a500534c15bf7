/** Turns a command's reply back into a value or a rejection. */
import { CommandError, type CommandReply } from '../../shared/ipc.ts'

/**
 * The reply's value. Its type is not checked: main answers what `CommandOutputs` declares for the command.
 * @throws CommandError with the error that main answered
 */
export function replyValue<Value>(reply: CommandReply): Value {
  if (!reply.ok) throw new CommandError(reply.error)
  return reply.value as Value
}

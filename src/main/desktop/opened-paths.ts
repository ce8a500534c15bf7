/** What the system asks the app to open: on the command line, by a second start, from the Dock or a file manager's menu. */
import { resolve } from 'node:path'
import { z } from 'zod'

/** What a second start tells the running app, as `requestSingleInstanceLock` carries it. */
const messageSchema = z.object({ paths: z.array(z.string().min(1)) })
type Message = z.infer<typeof messageSchema>

/**
 * @param words of the command line after the program
 * @param appIsNamed whether the first of them that is no flag is the app itself, as when run from source
 * @returns absolute paths of all that is no flag
 */
export function pathsOf(words: readonly string[], folder: string, appIsNamed: boolean): string[] {
  const named = words.filter((word) => word !== '' && !word.startsWith('-'))
  return named.slice(appIsNamed ? 1 : 0).map((path) => resolve(folder, path))
}

export class OpenedPaths {
  readonly #paths: string[] = []
  #onArrive: () => void = () => undefined

  /** @param listener told when there is something to take; at once when it came before */
  whenSome(listener: () => void): void {
    this.#onArrive = listener
    if (this.#paths.length > 0) listener()
  }

  add(paths: readonly string[]): void {
    if (paths.length === 0) return
    this.#paths.push(...paths)
    this.#onArrive()
  }

  /** @param message what a second start sent */
  addMessage(message: unknown): void {
    const parsed = messageSchema.safeParse(message)
    if (parsed.success) this.add(parsed.data.paths)
  }

  /** The paths that are waiting, as a second start sends them. */
  toMessage(): Message {
    return { paths: this.#paths }
  }

  /** Each is given once. */
  take(): readonly string[] {
    return this.#paths.splice(0)
  }
}

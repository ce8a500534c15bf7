/** The tokens of a running server: those of its settings, and those that `photoferry token` makes and revokes meanwhile. */
import { stat } from 'node:fs/promises'
import type { Log } from '../monitoring/log.ts'
import { madeTokens, madeTokensPath } from './made-tokens.ts'
import { type AccessToken, refuseClashes } from './tokens.ts'

/** How long a change may take to be noticed, ms. */
const lookEveryMs = 1_000

export class TokenList {
  readonly #given: readonly AccessToken[]
  readonly #dataDir: string
  readonly #log: Log
  readonly #onChange: (tokens: readonly AccessToken[]) => void
  #current: readonly AccessToken[]
  #seen: string
  #timer: NodeJS.Timeout | undefined

  private constructor(
    given: readonly AccessToken[],
    dataDir: string,
    seen: string,
    options: TokenListOptions,
  ) {
    this.#given = given
    this.#dataDir = dataDir
    this.#seen = seen
    this.#log = options.log
    this.#onChange = options.onChange
    this.#current = given
  }

  /**
   * @param given of the settings
   * @throws UploadError `bad-request` when the tokens that were made cannot be used, alone or beside the given ones
   */
  static async open(
    given: readonly AccessToken[],
    dataDir: string,
    options: TokenListOptions,
  ): Promise<TokenList> {
    const list = new TokenList(given, dataDir, await stampOf(dataDir), options)
    list.#use(await madeTokens(dataDir))
    list.#timer = setInterval(() => void list.#look(), lookEveryMs)
    list.#timer.unref()
    return list
  }

  get current(): readonly AccessToken[] {
    return this.#current
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Takes up what has changed; what cannot be used changes nothing. */
  async #look(): Promise<void> {
    try {
      const stamp = await stampOf(this.#dataDir)
      if (stamp === this.#seen) return
      this.#seen = stamp
      this.#use(await madeTokens(this.#dataDir))
      this.#log.info({ tokens: this.#current.length }, 'tokens were changed')
    } catch (thrown) {
      this.#log.error({ reason: String(thrown) }, 'the changed tokens cannot be used; those before stay')
    }
  }

  #use(made: readonly AccessToken[]): void {
    const all = [...this.#given, ...made]
    refuseClashes(all)
    this.#current = all
    this.#onChange(all)
  }
}

interface TokenListOptions {
  readonly log: Log
  /** Called with all tokens whenever they are others than before, and at the start. */
  readonly onChange: (tokens: readonly AccessToken[]) => void
}

/** What is another one after every change; empty while there is no file. */
async function stampOf(dataDir: string): Promise<string> {
  const found = await stat(madeTokensPath(dataDir)).catch(() => undefined)
  return found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`
}

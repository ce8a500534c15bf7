/** The drops that are being looked over: what was found so far, until the person confirms or forgets them. */
import { randomUUID } from 'node:crypto'
import { UploadError } from '../../shared/protocol/errors.ts'
import { skipBy } from '../../shared/skip-rules.ts'
import { type DropSurvey, isLarge } from '../../shared/survey.ts'
import { isFinished } from '../../shared/upload.ts'
import { nameOfDrop } from '../intake/drop-name.ts'
import { Survey } from '../intake/survey.ts'
import type { SettingsStore } from '../journal/settings-store.ts'
import type { ItemList } from '../queue/item-list.ts'

/** More than anybody looks at: the oldest is forgotten. */
const mostOpen = 16
/** How long a drop may take to show that it is small before the person is asked, in ms. */
const patienceMs = 3_000

interface OpenSurvey {
  readonly paths: readonly string[]
  readonly survey: Survey
  readonly stop: AbortController
  /** Fulfils when all names are read. */
  readonly read: Promise<void>
}

export class Surveys {
  readonly #list: ItemList
  readonly #settings: SettingsStore
  readonly #open = new Map<string, OpenSurvey>()

  constructor(list: ItemList, settings: SettingsStore) {
    this.#list = list
    this.#settings = settings
  }

  /** @returns the id of a survey that the person is to see, or null where the drop is to begin at once */
  async begin(paths: readonly string[]): Promise<string | null> {
    const { reviewDrops } = this.#settings.settings
    if (reviewDrops === 'never') return null
    const surveyId = this.#start(paths)
    if (reviewDrops === 'always' || (await this.#provesLarge(surveyId))) return surveyId
    this.forget(surveyId)
    return null
  }

  /** @throws UploadError `not-found` */
  look(surveyId: string): DropSurvey {
    return this.#find(surveyId).survey.found
  }

  /** What a survey is about. @throws UploadError `not-found` */
  pathsOf(surveyId: string): readonly string[] {
    return this.#find(surveyId).paths
  }

  /** Ends a survey with nothing left behind; one that is not there is as good as forgotten. */
  forget(surveyId: string): void {
    this.#open.get(surveyId)?.stop.abort()
    this.#open.delete(surveyId)
  }

  close(): void {
    for (const surveyId of [...this.#open.keys()]) this.forget(surveyId)
  }

  #start(paths: readonly string[]): string {
    const { maxFileSize, skipRules } = this.#settings.settings
    const known = (sourcePath: string) => {
      const item = this.#list.bySource(sourcePath)
      return item ? (isFinished(item.state.status) ? 'finished' : 'waiting') : null
    }
    const skip = skipBy(skipRules)
    const survey = new Survey({ name: nameOfDrop(paths), paths, skip, maxFileSize, known })
    const stop = new AbortController()
    const read = survey.read(stop.signal)
    // What was forgotten ends with its signal, and nobody waits for it any more.
    read.then(() => survey.compare(stop.signal)).catch(() => undefined)
    const surveyId = randomUUID()
    this.#open.set(surveyId, { paths, survey, stop, read })
    const [oldest] = this.#open.keys()
    if (this.#open.size > mostOpen && oldest !== undefined) this.forget(oldest)
    return surveyId
  }

  /** Whether it is large, or takes so long that this cannot be told soon. */
  async #provesLarge(surveyId: string): Promise<boolean> {
    const { survey, read } = this.#find(surveyId)
    const isRead = read.then(
      () => true,
      () => true,
    )
    for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; ) {
      const pause = new Promise<false>((resolve) => setTimeout(() => resolve(false), 20))
      const ended = await Promise.race([isRead, pause])
      if (isLarge(survey.total)) return true
      if (ended) return false
    }
    return true
  }

  #find(surveyId: string): OpenSurvey {
    const found = this.#open.get(surveyId)
    if (found) return found
    throw new UploadError('not-found', 'This drop is no longer being looked over. Add it again.', {
      facts: { kind: 'survey-gone' },
    })
  }
}

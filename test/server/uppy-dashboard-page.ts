/** The script of a web page with Uppy's own surfaces, as its documentation shows them: a Dashboard, and a DragDrop. */
import Uppy from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import DragDrop from '@uppy/drag-drop'
import Tus, { type TusOpts } from '@uppy/tus'

interface Surfaces {
  /** Whose surface the page shows. */
  readonly surface: 'dashboard' | 'drag-drop'
  readonly endpoint: string
  readonly token: string
  readonly options?: Partial<TusOpts<Record<string, unknown>, Record<string, unknown>>>
}

export interface Gallery {
  show(surfaces: Surfaces): void
  /** Uploads that have ended: the names of those that are done, and what was said of the others. */
  ended(): { readonly done: readonly string[]; readonly failed: readonly string[] }
  pause(): void
}

let uppy: Uppy | undefined
const ended: { done: string[]; failed: string[] } = { done: [], failed: [] }

function show({ surface, endpoint, token, options }: Surfaces): void {
  uppy = new Uppy({ autoProceed: surface === 'drag-drop' })
  uppy.use(Tus, {
    endpoint,
    headers: { Authorization: `Bearer ${token}` },
    retryDelays: [],
    ...options,
  })
  if (surface === 'dashboard')
    uppy.use(Dashboard, { inline: true, target: '#place', fileManagerSelectionType: 'both' })
  else uppy.use(DragDrop, { target: '#place' })
  uppy.on('upload-success', (file) => ended.done.push(String(file?.name)))
  uppy.on('upload-error', (_file, error) => ended.failed.push(error.message))
}

const gallery: Gallery = { show, ended: () => ended, pause: () => uppy?.pauseAll() }
if (typeof window !== 'undefined') Object.assign(window, { gallery })

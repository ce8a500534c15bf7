/** The page that a link opens: plain HTML that needs no script, light or dark as the visitor's system is. */
import { createHash } from 'node:crypto'
import { escapeControls } from '../../../src/shared/protocol/escape-controls.ts'
import { escapeMarkup } from '../../../src/shared/protocol/escape-markup.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import type { linkText } from './link-text.ts'

type Text = ReturnType<typeof linkText>

/** What a browser shows by itself; larger ones are not loaded for a glance. */
const showable = /\.(jpe?g|png|webp|avif|gif)$/i
const mostShownBytes = 25 * 1024 * 1024

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #666; --accent: #0b5f74 }
@media (prefers-color-scheme: dark) { :root { --soft: #aaa; --accent: #7fd0e4 } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1100px; padding: 24px 16px 64px }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere }
p { color: var(--soft); margin: 4px 0 20px }
a { color: var(--accent) }
.all { border: 1px solid var(--line); border-radius: 8px; display: inline-block; margin-bottom: 24px; padding: 8px 16px; text-decoration: none }
ul { display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(165px, 1fr)); list-style: none; padding: 0 }
li { border: 1px solid var(--line); border-radius: 8px; display: flex; flex-direction: column; overflow: hidden }
li a { display: block; overflow-wrap: anywhere; padding: 10px 12px 0 }
li a.picture { aspect-ratio: 3/2; background: #8882; padding: 0 }
img { height: 100%; object-fit: cover; width: 100% }
small { color: var(--soft); padding: 0 12px 10px }
`

/** Nothing but its own style and pictures of this server. */
export const pagePolicy = `default-src 'none'; img-src 'self'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** Of a name: what it shows is what it is (S7, docs/promises.md). */
const shown = (name: string) => escapeMarkup(escapeControls(name))

function page(text: Text, title: string, body: string): string {
  return `<!doctype html>
<html lang="${text.lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
<main>${body}</main>
</html>
`
}

/** What one page of a link shows. */
export interface LinkView {
  /** Of the folder or file. */
  readonly name: string
  /** Path of the link's own address, with a slash at the end. */
  readonly root: string
  /** Below the link's folder; empty for that itself. */
  readonly folder: string
  /** Paths below the link's folder. */
  readonly folders: readonly string[]
  /** With their paths below the link's folder. */
  readonly files: readonly { readonly path: string; readonly file: FileRow }[]
  /** Where the next page of this folder is; null at its end. */
  readonly next: string | null
  /** ms since 1970. */
  readonly expiresAtMs: number
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
const inUrl = (path: string) => path.split('/').map(encodeURIComponent).join('/')

export function linkPage(text: Text, view: LinkView): string {
  const { name, root, folder, folders, files, next, expiresAtMs } = view
  const above = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : ''
  const to = (path: string, after?: string) =>
    escapeMarkup(
      `${root}?${new URLSearchParams({ ...(path !== '' && { folder: path }), ...(after !== undefined && { after }) })}`,
    )
  const until = new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ')
  const title = folder === '' ? name : nameOf(folder)
  const parts = [
    `<h1><bdi>${shown(title)}</bdi></h1>`,
    `<p>${escapeMarkup(`${text.files(files.length)}${next === null ? '' : '+'} · ${text.until(until)}`)}</p>`,
    folder === '' ? '' : `<p><a href="${to(above)}">${escapeMarkup(text.up)}</a></p>`,
    `<a class="all" href="${escapeMarkup(root)}all.zip" download>${escapeMarkup(text.downloadAll)}</a>`,
    folders.length === 0
      ? ''
      : `<ul aria-label="${escapeMarkup(text.folders)}">${folders.map((path) => `<li><a href="${to(path)}"><bdi>${shown(nameOf(path))}</bdi>/</a><small></small></li>`).join('')}</ul>`,
    `<ul>${files.map(({ path, file }) => fileItem(text, `${root}f/${inUrl(path)}`, path, file)).join('')}</ul>`,
    next === null ? '' : `<p><a href="${to(folder, next)}">${escapeMarkup(text.more)}</a></p>`,
  ]
  return page(text, title, parts.join('\n'))
}

const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** In steps of a thousand, as file managers show it. */
function sizeText(bytes: number): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const amount = bytes / 1000 ** step
  return `${amount.toFixed(step > 0 && amount < 10 ? 1 : 0)} ${units[step]}`
}

function fileItem(text: Text, href: string, path: string, { size }: FileRow): string {
  const name = shown(nameOf(path))
  const address = escapeMarkup(href)
  const picture =
    showable.test(path) && size <= mostShownBytes
      ? `<a class="picture" href="${address}" tabindex="-1" aria-hidden="true"><img src="${address}" alt="" loading="lazy"></a>`
      : ''
  return `<li>${picture}<a href="${address}" download title="${escapeMarkup(text.download)}"><bdi>${name}</bdi></a><small>${escapeMarkup(sizeText(size))}</small></li>`
}

/** Says the same of every link that opens nothing: none can be told from one that never was. */
export function gonePage(text: Text): string {
  return page(text, text.gone, `<h1>${escapeMarkup(text.gone)}</h1><p>${escapeMarkup(text.goneLead)}</p>`)
}

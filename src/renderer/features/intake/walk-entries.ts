/** Browser mode: finds every file in what was dropped onto the page, folders with their structure. Reports what it cannot read. */
import type { LeftOut } from '../../../shared/survey.ts'
import { LeftOutTally } from '../../../shared/survey-tally.ts'
import { appleDoubleBytes, isAppleDouble, litterBy } from '../../../shared/system-files.ts'
import { storedBatchName } from '../../text/batch-name.ts'
import { nameOrder } from '../../text/format.ts'
import { t } from '../../text/i18n.ts'
import type { DroppedFile, UnreadFolder } from '../survey/page-survey.ts'

/** The parts of `FileSystemFileEntry` that are used here. */
export interface FileNode {
  readonly isDirectory: boolean
  readonly name: string
  file(resolve: (file: File) => void, reject: (error: DOMException) => void): void
}

/** The parts of `FileSystemDirectoryEntry` that are used here. */
export interface FolderNode {
  readonly isDirectory: boolean
  readonly name: string
  createReader(): FolderReader
}

interface FolderReader {
  readEntries(resolve: (entries: FileSystemEntry[]) => void, reject: (error: DOMException) => void): void
}

/** A file or folder of a drop. */
export interface DroppedNode {
  /** Path inside the drop of the folder that contains it; empty at the top. */
  readonly folder: string
  readonly node: FileNode | FolderNode
}

/** A folder that could not be read to its end, with the node to walk again. */
export interface UnwalkedFolder extends UnreadFolder {
  readonly node: DroppedNode
}

export interface Walked {
  readonly files: readonly DroppedFile[]
  readonly unread: readonly UnwalkedFolder[]
  /** System files inside the folders; what was dropped by its own name is never one. */
  readonly leftOut: LeftOut
}

/** What was dropped. Must run before the drop handler awaits anything: browsers empty the list right after it. */
export function droppedNodes(dropped: DataTransfer): DroppedNode[] {
  const nodes: DroppedNode[] = []
  for (const item of dropped.items) {
    if (item.kind !== 'file') continue
    const entry = item.webkitGetAsEntry()
    const file = entry === null ? item.getAsFile() : null
    if (entry !== null) nodes.push({ folder: '', node: entry as FileSystemFileEntry })
    else if (file !== null) nodes.push({ folder: '', node: nodeOf(file) })
  }
  return nodes
}

/**
 * All files below the nodes, each folder's in natural order.
 * @param onFound called with the count of files found so far, once for every page of a folder
 */
export async function walkEntries(
  nodes: readonly DroppedNode[],
  onFound: (files: number) => void,
): Promise<Walked> {
  const files: DroppedFile[] = []
  const unread: UnwalkedFolder[] = []
  const leftOut = new LeftOutTally()
  // Browsers list a folder's entries in the order of the disk.
  const inOrder = nameOrder()
  const stack = [...nodes].sort((a, b) => inOrder(a.node.name, b.node.name)).reverse()
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { folder, node } = next
    const relativePath = folder === '' ? node.name : `${folder}/${node.name}`
    if (!isFolder(node)) {
      files.push({ relativePath, open: () => openFile(node) })
      continue
    }
    try {
      const all = await readFolder(node, () => onFound(files.length))
      const children = await withoutLitter(all, (name) => leftOut.add(`${relativePath}/${name}`))
      children.sort((a, b) => inOrder(a.name, b.name))
      for (const child of children.reverse()) stack.push({ folder: relativePath, node: child })
    } catch {
      unread.push({ relativePath, reason: t('pageUpload.folderUnreadable'), node: next })
    }
  }
  onFound(files.length)
  return { files, unread, leftOut }
}

async function withoutLitter(
  entries: readonly FileNode[],
  onLitter: (name: string) => void,
): Promise<FileNode[]> {
  const siblings = new Set(entries.map(({ name }) => name))
  const kept: FileNode[] = []
  for (const entry of entries) {
    const litter = litterBy(entry.name, siblings)
    const isLitter = litter === 'yes' || (litter === 'maybe' && (await beginsAsAppleDouble(entry)))
    if (isLitter) onLitter(entry.name)
    else kept.push(entry)
  }
  return kept
}

/** False for a folder, and for a file that can't be read: sending it finds the reason and reports it. */
async function beginsAsAppleDouble(node: FileNode): Promise<boolean> {
  if (isFolder(node)) return false
  try {
    const head = (await openFile(node)).slice(0, appleDoubleBytes)
    return isAppleDouble(new Uint8Array(await head.arrayBuffer()))
  } catch {
    return false
  }
}

/** The name of the only folder or file, else the count of files. At most 255 characters, as `staging.begin` accepts. */
export function dropName(nodes: readonly DroppedNode[], files: number): string {
  const only = nodes.length === 1 ? nodes[0] : undefined
  return (only?.node.name ?? storedBatchName(files)).slice(0, 255)
}

/** All entries of a folder. `readEntries` gives at most a hundred at a time, and an empty list at the end. */
async function readFolder(folder: FolderNode, onPage: () => void): Promise<FileNode[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const page = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (page.length === 0) return all as FileSystemFileEntry[]
    for (const entry of page) all.push(entry)
    onPage()
  }
}

const openFile = (node: FileNode) => new Promise<File>((resolve, reject) => node.file(resolve, reject))

const isFolder = (node: FileNode | FolderNode): node is FolderNode => node.isDirectory

/** For what has no file-system entry, such as an image dragged out of another program. */
function nodeOf(file: File): FileNode {
  return { isDirectory: false, name: file.name, file: (resolve) => resolve(file) }
}

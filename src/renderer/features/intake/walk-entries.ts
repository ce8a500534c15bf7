/** Finds every file in what was dropped onto the page, folders with their structure. Skips nothing silently. */
import { nameOrder } from '../../text/format.ts'
import { t } from '../../text/i18n.ts'

/** The parts of `FileSystemFileEntry` that are used here. */
export interface FileNode {
  readonly isDirectory: boolean
  readonly name: string
  file(ok: (file: File) => void, failed: (error: DOMException) => void): void
}

/** The parts of `FileSystemDirectoryEntry` that are used here. */
export interface FolderNode {
  readonly isDirectory: boolean
  readonly name: string
  createReader(): FolderReader
}

interface FolderReader {
  readEntries(ok: (entries: FileSystemEntry[]) => void, failed: (error: DOMException) => void): void
}

/** One thing of a drop, and the path inside the drop of the folder that holds it; empty at the top. */
export interface DroppedNode {
  readonly folder: string
  readonly node: FileNode | FolderNode
}

export interface FoundFile {
  /** Path inside the drop, parts joined by `/`, the dropped folder's own name included. */
  readonly relativePath: string
  /** Reads the file's handle, as late as possible: ten thousand open handles are of no use to anybody. */
  readonly open: () => Promise<File>
}

/** A folder that could not be read to its end, with what to walk to try it again. */
export interface UnreadFolder {
  readonly relativePath: string
  readonly reason: string
  readonly again: DroppedNode
}

export interface Walked {
  readonly files: readonly FoundFile[]
  readonly unread: readonly UnreadFolder[]
}

/**
 * What was dropped. Must run before the first await of the drop handler: browsers empty the list right after.
 */
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

/** @param onFound called with the count of files found so far, once per page of a folder */
export async function walkEntries(
  nodes: readonly DroppedNode[],
  onFound: (files: number) => void,
): Promise<Walked> {
  const files: FoundFile[] = []
  const unread: UnreadFolder[] = []
  // A folder's entries come as they lie on the disk.
  const inOrder = nameOrder()
  const left = [...nodes].sort((a, b) => inOrder(a.node.name, b.node.name)).reverse()
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { folder, node } = next
    const relativePath = folder === '' ? node.name : `${folder}/${node.name}`
    if (!isFolder(node)) {
      files.push({ relativePath, open: () => openFile(node) })
      continue
    }
    try {
      const inside = await readFolder(node, () => onFound(files.length))
      inside.sort((a, b) => inOrder(a.name, b.name))
      for (const child of inside.reverse()) left.push({ folder: relativePath, node: child })
    } catch {
      unread.push({ relativePath, reason: t('handOver.folderUnreadable'), again: next })
    }
  }
  onFound(files.length)
  return { files, unread }
}

/** The folder's name if one folder was dropped, the file's if one file, else a count. */
export function nameOfDrop(nodes: readonly DroppedNode[], files: number): string {
  const only = nodes.length === 1 ? nodes[0] : undefined
  return (only?.node.name ?? t('intake.batchName', { count: files })).slice(0, 255)
}

/** All entries of a folder: `readEntries` gives at most a hundred at a time, and an empty list at the end. */
async function readFolder(folder: FolderNode, onPage: () => void): Promise<FileNode[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const page = await new Promise<FileSystemEntry[]>((ok, failed) => reader.readEntries(ok, failed))
    if (page.length === 0) return all as FileSystemFileEntry[]
    for (const entry of page) all.push(entry)
    onPage()
  }
}

const openFile = (node: FileNode) => new Promise<File>((ok, failed) => node.file(ok, failed))

const isFolder = (node: FileNode | FolderNode): node is FolderNode => node.isDirectory

/** For what is no entry of a file system, such as an image dragged out of another program. */
function nodeOf(file: File): FileNode {
  return { isDirectory: false, name: file.name, file: (ok) => ok(file) }
}

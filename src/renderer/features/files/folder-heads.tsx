/**
 * The folders' headings in the list. Each is as tall as its folder and holds a heading that stays in sight while files of
 * the folder are: the browser does that without a script. For screen readers every row names its folder itself.
 */
import { Box } from '@mantine/core'
import { Fragment, memo } from 'react'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import type { FolderGroup } from '../../store/folder-groups.ts'
import { useQueue } from '../../store/queue-store.ts'
import { useShownBatch } from '../../store/use-shown-batch.ts'
import { batchName } from '../../text/batch-name.ts'
import { formatCount } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import styles from './list-view.module.css'

interface FolderHeadProps {
  readonly group: FolderGroup
  readonly files: number
  /** Pixels from the top of the list. */
  readonly top: number
  readonly height: number
}

export const FolderHead = memo(function FolderHead({ group, files, top, height }: FolderHeadProps) {
  useText()
  const parts = useFolderParts(group)
  return (
    <Box component="tr" className={styles.folderBox} style={{ top, height }} aria-hidden>
      <td className={styles.folderHead} colSpan={6}>
        <span className={styles.folderName} title={escapeControls(group.folder)}>
          {parts.map((part, index) => (
            <Fragment key={parts.slice(0, index + 1).join('/')}>
              {index > 0 && <span className={styles.folderGap}>/</span>}
              <bdi data-last={index === parts.length - 1 || undefined}>{part}</bdi>
            </Fragment>
          ))}
        </span>
        <span className={styles.folderCount}>{formatCount(files)}</span>
      </td>
    </Box>
  )
})

/** The folder below that of the shown batch, whose name is above the list already; among all files the whole path. */
function useFolderParts({ batchId, folder }: FolderGroup): readonly string[] {
  const shown = useShownBatch()
  const name = useQueue((state) => state.batches.get(batchId)?.name ?? '')
  const parts = folder.split('/').map(escapeControls)
  const below = shown !== null && parts[0] === escapeControls(name) ? parts.slice(1) : parts
  const named = below.filter((part) => part !== '')
  return named.length === 0 ? [batchName(name)] : named
}

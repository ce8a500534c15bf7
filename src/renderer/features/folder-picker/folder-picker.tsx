/** Browser mode: picks files or a folder on the computer that runs PhotoFerry. */
import { Alert, Button, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { closeDialog } from '../../store/view-store.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { followIntake } from '../intake/follow-intake.ts'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { EntryList } from './entry-list.tsx'
import styles from './folder-picker.module.css'
import { pathCrumbs } from './path-crumbs.ts'
import { Places } from './places.tsx'
import { useFolderListing } from './use-folder-listing.ts'

const nothing: ReadonlySet<string> = new Set()

interface PickerProps {
  readonly kind: 'files' | 'folder'
}

export function FolderPicker({ kind }: PickerProps) {
  const t = useText()
  const files = kind === 'files'
  return (
    <Dialog
      name={files ? 'pick-files' : 'pick-folder'}
      title={files ? t('picker.filesTitle') : t('picker.folderTitle')}
    >
      <Picker kind={kind} />
    </Dialog>
  )
}

function Picker({ kind }: PickerProps) {
  const t = useText()
  const run = useCommand()
  const { bridge } = useBridge()
  const { listing, error, loading, go } = useFolderListing()
  // The selection belongs to its folder, so typing a path that does not exist keeps both.
  const [selection, setSelection] = useState({ folder: '', paths: nothing })
  const selected = selection.folder === listing?.path ? selection.paths : nothing
  const [typed, setTyped] = useState('')
  useEffect(() => setTyped(listing?.path ?? ''), [listing])

  const toggle = (path: string) => {
    const next = new Set(selected)
    if (!next.delete(path)) next.add(path)
    setSelection({ folder: listing?.path ?? '', paths: next })
  }
  // A path that was typed but not opened yet is shown first: nothing is added that the user has not seen.
  const addFolder = (shown: string) => {
    const wanted = typed.trim()
    if (wanted !== '' && wanted !== shown) go(wanted)
    else void add([shown])
  }
  const add = async (paths: readonly string[]) => {
    const answer = await run('intake.add', { paths: [...paths] })
    if (answer === null) return
    closeDialog()
    followIntake(bridge, answer, nothingNewText(kind, paths, t))
  }
  return (
    <div className={styles.picker}>
      <p className={styles.hint}>{t('picker.hint')}</p>
      {listing !== null && <Places places={listing.places} shown={listing.path} onGo={go} />}
      {listing !== null && <PathInput typed={typed} onTyped={setTyped} onGo={go} />}
      {error !== null && (
        <Alert color="red" role="alert">
          {error}
        </Alert>
      )}
      {listing !== null && <Breadcrumbs path={listing.path} onGo={go} />}
      <EntryList
        listing={listing}
        loading={loading}
        selected={selected}
        canSelectFiles={kind === 'files'}
        onOpen={go}
        onToggle={toggle}
      />
      <div className={styles.buttons}>
        <Button variant="default" onClick={closeDialog}>
          {t('picker.cancel')}
        </Button>
        {kind === 'files' ? (
          <AddFilesButton count={selected.size} onClick={() => void add([...selected])} />
        ) : (
          <Button
            disabled={listing === null || loading}
            onClick={() => listing !== null && addFolder(listing.path)}
          >
            {t('picker.chooseFolder')}
          </Button>
        )}
      </div>
    </div>
  )
}

function AddFilesButton({ count, onClick }: { readonly count: number; readonly onClick: () => void }) {
  const t = useText()
  return (
    <Button disabled={count === 0} onClick={onClick}>
      {count === 0 ? t('picker.addNone') : t('picker.add', { count })}
    </Button>
  )
}

interface PathInputProps {
  readonly typed: string
  readonly onTyped: (path: string) => void
  readonly onGo: (path: string) => void
}

function PathInput({ typed, onTyped, onGo }: PathInputProps) {
  const t = useText()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typed.trim() !== '') onGo(typed.trim())
  }
  return (
    <form onSubmit={submit}>
      <TextInput
        label={t('picker.path')}
        value={typed}
        onChange={(event) => onTyped(event.currentTarget.value)}
        spellCheck={false}
        autoComplete="off"
      />
    </form>
  )
}

/** What to say when none of the added files is new. @param paths files, or one folder */
function nothingNewText(kind: PickerProps['kind'], paths: readonly string[], t: Translate): string {
  if (kind === 'files') return t('intake.allKnown', { count: paths.length })
  const [path = ''] = paths
  return t('intake.nothingNew', { folder: pathCrumbs(path).at(-1)?.name ?? path })
}

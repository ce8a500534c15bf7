/** Browser mode: chooses files or a folder of the machine that runs PhotoFerry. */
import { Alert, Button, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { closeDialog } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { followIntake } from '../survey/survey-store.ts'
import { Crumbs } from './breadcrumbs.tsx'
import { EntryList } from './entry-list.tsx'
import styles from './folder-picker.module.css'
import { crumbsOf } from './path-crumbs.ts'
import { useFolder } from './use-folder-listing.ts'

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
  const { listing, error, loading, go } = useFolder()
  // Ticks belong to the folder they were made in: a path that leads nowhere leaves both as they are.
  const [ticks, setTicks] = useState({ folder: '', paths: nothing })
  const chosen = ticks.folder === listing?.path ? ticks.paths : nothing
  const [typed, setTyped] = useState('')
  useEffect(() => setTyped(listing?.path ?? ''), [listing])

  const toggle = (path: string) => {
    const next = new Set(chosen)
    if (!next.delete(path)) next.add(path)
    setTicks({ folder: listing?.path ?? '', paths: next })
  }
  // What was typed but not looked at yet is shown first: nothing is added that the person did not see.
  const chooseFolder = (shown: string) => {
    const wanted = typed.trim()
    if (wanted !== '' && wanted !== shown) go(wanted)
    else void add([shown])
  }
  const add = async (paths: readonly string[]) => {
    const answer = await run('intake.add', { paths: [...paths] })
    if (answer === null) return
    const nothingNew =
      kind === 'files'
        ? t('intake.allKnown', { count: paths.length })
        : t('intake.nothingNew', { folder: nameOf(paths) })
    closeDialog()
    followIntake(bridge, answer, nothingNew)
  }
  return (
    <div className={styles.picker}>
      <p className={styles.hint}>{t('picker.hint')}</p>
      {listing !== null && <PathInput typed={typed} onTyped={setTyped} onGo={go} />}
      {error !== null && (
        <Alert color="red" role="alert">
          {error}
        </Alert>
      )}
      {listing !== null && <Crumbs path={listing.path} onGo={go} />}
      <EntryList
        listing={listing}
        loading={loading}
        chosen={chosen}
        canChooseFiles={kind === 'files'}
        onOpen={go}
        onToggle={toggle}
      />
      <div className={styles.buttons}>
        <Button variant="default" onClick={closeDialog}>
          {t('picker.cancel')}
        </Button>
        {kind === 'files' && (
          <Button disabled={chosen.size === 0} onClick={() => void add([...chosen])}>
            {chosen.size === 0 ? t('picker.addNone') : t('picker.add', { count: chosen.size })}
          </Button>
        )}
        {kind === 'folder' && (
          <Button
            disabled={listing === null || loading}
            onClick={() => listing !== null && chooseFolder(listing.path)}
          >
            {t('picker.chooseFolder')}
          </Button>
        )}
      </div>
    </div>
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

const nameOf = ([path = '']: readonly string[]) => crumbsOf(path).at(-1)?.name ?? path

/** Browser mode: chooses files or a folder of the machine that runs PhotoFerry. */
import { Alert, Button, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import { useCommand } from '../bridge/use-bridge.ts'
import { openDialog } from '../store/view-store.ts'
import { text } from '../text/text.ts'
import { EntryList } from './entry-list.tsx'
import styles from './folder-picker.module.css'
import { Crumbs } from './path-crumbs.tsx'
import { useFolder } from './use-folder.ts'

const words = text.picker
const close = () => openDialog(null)
const nothing: ReadonlySet<string> = new Set()

export function FolderPicker({ kind }: { readonly kind: 'files' | 'folder' }) {
  const run = useCommand()
  const { listing, error, loading, go } = useFolder()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(nothing)
  const [typed, setTyped] = useState('')
  useEffect(() => setTyped(listing?.path ?? ''), [listing])

  const open = (path: string | null) => {
    setChosen(nothing)
    go(path)
  }
  const toggle = (path: string) => {
    const next = new Set(chosen)
    if (!next.delete(path)) next.add(path)
    setChosen(next)
  }
  // What was typed but not looked at yet is shown first: nothing is added that the person did not see.
  const chooseFolder = (shown: string) => {
    const wanted = typed.trim()
    if (wanted !== '' && wanted !== shown) open(wanted)
    else void add([shown])
  }
  const add = async (paths: readonly string[]) => {
    if ((await run('intake.add', { paths: [...paths] })) !== null) close()
  }
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      closeButtonProps={{ 'aria-label': text.closeDialog }}
      title={kind === 'files' ? words.filesTitle : words.folderTitle}
    >
      <div className={styles.picker}>
        <p className={styles.hint}>{words.hint}</p>
        {listing !== null && <PathInput typed={typed} onTyped={setTyped} onGo={open} />}
        {error !== null && (
          <Alert color="red" role="alert">
            {error}
          </Alert>
        )}
        {listing !== null && <Crumbs path={listing.path} onGo={open} />}
        <EntryList
          listing={listing}
          loading={loading}
          chosen={chosen}
          canChooseFiles={kind === 'files'}
          onOpen={open}
          onToggle={toggle}
        />
        <div className={styles.buttons}>
          <Button variant="default" onClick={close}>
            {words.cancel}
          </Button>
          {kind === 'files' && (
            <Button disabled={chosen.size === 0} onClick={() => void add([...chosen])}>
              {words.addFiles(chosen.size)}
            </Button>
          )}
          {kind === 'folder' && (
            <Button
              disabled={listing === null || loading}
              onClick={() => listing !== null && chooseFolder(listing.path)}
            >
              {words.chooseFolder}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  )
}

interface PathInputProps {
  readonly typed: string
  readonly onTyped: (path: string) => void
  readonly onGo: (path: string) => void
}

function PathInput({ typed, onTyped, onGo }: PathInputProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typed.trim() !== '') onGo(typed.trim())
  }
  return (
    <form onSubmit={submit}>
      <TextInput
        label={words.path}
        value={typed}
        onChange={(event) => onTyped(event.currentTarget.value)}
        spellCheck={false}
        autoComplete="off"
      />
    </form>
  )
}

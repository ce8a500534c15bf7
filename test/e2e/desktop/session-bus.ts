/**
 * A session bus of the test's own, with the parts of a desktop that show tray icons and notifications. They record what they are
 * told: org.kde.StatusNotifierWatcher and org.freedesktop.Notifications, as their specifications on freedesktop.org have it.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Message, type MessageBus, sessionBus, Variant } from '@jellybrick/dbus-next'
import { onTestFinished } from 'vitest'

/** Whether this machine has a bus to start. */
export const hasBus = spawnSync('dbus-daemon', ['--version']).status === 0

interface Notified {
  readonly title: string
  readonly body: string
}

export interface SessionBus {
  /** For the app's environment: DBUS_SESSION_BUS_ADDRESS. */
  readonly address: string
  readonly notified: readonly Notified[]
  /** Labels in the menu of the tray icon that is there; null while there is none. */
  trayMenu(): Promise<string[] | null>
}

/** A method's answer: the signature of what it returns, and that. */
type Answer = readonly [signature: string, body: unknown[]]

const nothing: Answer = ['', []]

/** Interface and method -> what it answers to its arguments. */
function answersOf(items: string[], notified: Notified[]): Record<string, (words: unknown[]) => Answer> {
  const watcher: Record<string, Variant> = {
    IsStatusNotifierHostRegistered: new Variant('b', true),
    ProtocolVersion: new Variant('i', 0),
  }
  return {
    'org.freedesktop.DBus.Properties.Get': ([, name]) => {
      const value = watcher[String(name)] ?? new Variant('as', items)
      return ['v', [value]]
    },
    'org.freedesktop.DBus.Properties.GetAll': () => ['a{sv}', [watcher]],
    'org.kde.StatusNotifierWatcher.RegisterStatusNotifierItem': ([item]) => {
      items.push(String(item))
      return nothing
    },
    'org.freedesktop.Notifications.GetCapabilities': () => ['as', [['body', 'actions']]],
    'org.freedesktop.Notifications.GetServerInformation': () => ['ssss', ['test', 'PhotoFerry', '1', '1.2']],
    'org.freedesktop.Notifications.Notify': ([, , , title, body]) => [
      'u',
      [notified.push({ title: String(title), body: String(body) })],
    ],
    'org.freedesktop.Notifications.CloseNotification': () => nothing,
  }
}

export async function startSessionBus(): Promise<SessionBus> {
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void daemon.kill('SIGKILL'))
  const [address] = (await once(createInterface({ input: daemon.stdout }), 'line')) as [string]
  const bus = sessionBus({ busAddress: address })
  onTestFinished(() => bus.disconnect())
  const items: string[] = []
  const notified: Notified[] = []
  const answers = answersOf(items, notified)
  bus.addMethodHandler((message) => {
    const answer = answers[`${message.interface}.${message.member}`]?.(message.body)
    if (answer !== undefined) bus.send(Message.newMethodReturn(message, answer[0], answer[1]))
    return answer !== undefined
  })
  await bus.requestName('org.kde.StatusNotifierWatcher', 0)
  await bus.requestName('org.freedesktop.Notifications', 0)
  return { address, notified, trayMenu: () => trayMenu(bus, items) }
}

/** One entry of com.canonical.dbusmenu: id, properties, entries below it. */
type Entry = [number, Record<string, Variant<string>>, Variant<Entry>[]]

async function trayMenu(bus: MessageBus, items: readonly string[]): Promise<string[] | null> {
  const item = items.at(-1)
  if (item === undefined) return null
  // Either a name on the bus, with the icon at the path that the specification fixes, or the name and path together.
  const slash = item.indexOf('/')
  const [name, path] = slash < 0 ? [item, '/StatusNotifierItem'] : [item.slice(0, slash), item.slice(slash)]
  const ask = async (at: string, where: string, member: string, signature: string, ...body: unknown[]) => {
    const message = new Message({ destination: name, path: at, interface: where, member, signature, body })
    return (await bus.call(message))?.body ?? []
  }
  const property = ['org.kde.StatusNotifierItem', 'Menu']
  const [menu] = await ask(path, 'org.freedesktop.DBus.Properties', 'Get', 'ss', ...property)
  const { value: menuPath } = menu as Variant<string>
  const [, root] = await ask(menuPath, 'com.canonical.dbusmenu', 'GetLayout', 'iias', 0, -1, [])
  const [, , entries] = root as Entry
  return entries.map(({ value: [, properties] }) => properties.label?.value ?? '-')
}

/** One option of several in a menu, of which one is selected. */
import { Menu } from '@mantine/core'

interface MenuOptionProps {
  readonly selected: boolean
  readonly onClick: () => void
  readonly children: string
}

export function MenuOption({ selected, onClick, children }: MenuOptionProps) {
  return (
    <Menu.RadioItem value={children} checked={selected} onChange={onClick} closeMenuOnClick>
      {children}
    </Menu.RadioItem>
  )
}

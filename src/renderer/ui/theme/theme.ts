/** The Mantine theme: neutral greys that leave colour to the photos, one harbour-blue accent, the system's font. */
import { createTheme, type MantineColorsTuple } from '@mantine/core'

const harbor: MantineColorsTuple = [
  '#e6f4f8',
  '#d2e8ef',
  '#a6d1df',
  '#77b9ce',
  '#4fa3bd',
  '#3593b0',
  '#237f9c',
  '#146b86',
  '#0b5a72',
  '#03475c',
]

/** Neutral beside a photo: no shade has a tint. */
const dark: MantineColorsTuple = [
  '#d6d6d6',
  '#b4b4b4',
  '#9a9a9a',
  '#6e6e6e',
  '#4a4a4a',
  '#383838',
  '#2b2b2b',
  '#212121',
  '#191919',
  '#121212',
]

const gray: MantineColorsTuple = [
  '#f9f9f8',
  '#f2f2f1',
  '#e8e8e6',
  '#dcdcda',
  '#c9c9c6',
  '#a8a8a5',
  '#82827f',
  '#5c5c5a',
  '#3a3a39',
  '#232322',
]

/** Mantine focuses the first item of a menu even if it is disabled and cannot have the focus; then no key reaches the menu. */
function markFirstEnabled(menu: HTMLElement | null): void {
  menu?.querySelector('[data-menu-item]:not(:disabled)')?.setAttribute('data-autofocus', 'true')
}

export const theme = createTheme({
  colors: { harbor, dark, gray },
  primaryColor: 'harbor',
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: 'md',
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Without the placeholder element that is not an item of the menu: screen readers would count it.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    MenuDropdown: { defaultProps: { ref: markFirstEnabled } },
  },
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
})

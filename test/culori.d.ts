/** The part of culori that the tests of colours use; the package comes without types. */
declare module 'culori' {
  export type Color = { readonly mode: string } & Readonly<Record<string, number | string>>
  export function converter(mode: string): (color: Color) => Color
  export function differenceCiede2000(): (one: Color, other: Color) => number
}

/** Puts texts into XMP that other kinds of metadata hold and a copy's format has no place for: IPTC records, PNG texts. */
import { type IptcField, iptcFields } from './iptc.ts'

type Form = 'plain' | 'alternatives' | 'sequence' | 'bag'
interface Property {
  /** With the prefix that `namespaces` gives. */
  readonly name: string
  readonly form: Form
}

const namespaces: Readonly<Record<string, string>> = {
  dc: 'http://purl.org/dc/elements/1.1/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  Iptc4xmpCore: 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/',
}
const plain = (name: string): Property => ({ name, form: 'plain' })
const title: Property = { name: 'dc:title', form: 'alternatives' }
const description: Property = { name: 'dc:description', form: 'alternatives' }
const rights: Property = { name: 'dc:rights', form: 'alternatives' }
const creator: Property = { name: 'dc:creator', form: 'sequence' }

/** Dataset of record 2 -> its property, as the IPTC's own mapping has it (IPTC Photo Metadata Standard). */
const iptcProperties: Readonly<Record<number, Property>> = {
  5: title,
  10: plain('photoshop:Urgency'),
  15: plain('photoshop:Category'),
  20: { name: 'photoshop:SupplementalCategories', form: 'bag' },
  25: { name: 'dc:subject', form: 'bag' },
  40: plain('photoshop:Instructions'),
  55: plain('photoshop:DateCreated'),
  80: creator,
  85: plain('photoshop:AuthorsPosition'),
  90: plain('photoshop:City'),
  92: plain('Iptc4xmpCore:Location'),
  95: plain('photoshop:State'),
  100: plain('Iptc4xmpCore:CountryCode'),
  101: plain('photoshop:Country'),
  103: plain('photoshop:TransmissionReference'),
  105: plain('photoshop:Headline'),
  110: plain('photoshop:Credit'),
  115: plain('photoshop:Source'),
  116: rights,
  120: description,
  122: plain('photoshop:CaptionWriter'),
}
/** Keyword of a PNG text (PNG, 3rd edition, 11.3.3.1) -> its property. */
const pngProperties: Readonly<Record<string, Property>> = {
  Title: title,
  Author: creator,
  Description: description,
  Copyright: rights,
  Software: plain('xmp:CreatorTool'),
  Source: plain('photoshop:Source'),
}
const application = 2
const [dateDataset, timeDataset] = [55, 60]
const [envelope, characterSet] = [1, 90]
const utf8Escape = '\x1b%G'

export type XmpTexts = Map<Property, string[]>

/** The texts of IPTC records that XMP has a property for. */
export function textsInIptc(records: Buffer): XmpTexts {
  const fields = iptcFields(records)
  const isUtf8 = fields.some(
    (field) =>
      field.record === envelope &&
      field.dataset === characterSet &&
      field.value.toString('latin1') === utf8Escape,
  )
  const texts: XmpTexts = new Map()
  for (const field of fields) {
    const property = field.record === application ? iptcProperties[field.dataset] : undefined
    if (property) texts.set(property, [...(texts.get(property) ?? []), iptcText(field, isUtf8, fields)])
  }
  return texts
}

/** Most programs write UTF-8, whether they say so or not. */
function iptcText({ dataset, value }: IptcField, isUtf8: boolean, fields: readonly IptcField[]): string {
  const text = value.toString('utf8')
  if (dataset === dateDataset) return iptcDate(text, fields)
  return !isUtf8 && text.includes('\ufffd') ? value.toString('latin1') : text
}

/** IIM writes `20240501` and `101112+0200` in two datasets; XMP wants them in one, as ISO 8601 has them. */
function iptcDate(date: string, fields: readonly IptcField[]): string {
  const day = date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
  const time = fields.find(({ record, dataset }) => record === application && dataset === timeDataset)
  const parts = /^(\d\d)(\d\d)(\d\d)(?:([+-]\d\d)(\d\d))?$/.exec(time?.value.toString('latin1') ?? '')
  if (parts === null || day === date) return day
  const [, hours, minutes, seconds, offsetHours, offsetMinutes] = parts
  const offset = offsetHours === undefined ? '' : `${offsetHours}:${offsetMinutes}`
  return `${day}T${hours}:${minutes}:${seconds}${offset}`
}

/** @param parts a keyword, a zero byte and the text each */
export function textsInPng(parts: readonly Buffer[]): XmpTexts {
  const texts: XmpTexts = new Map()
  for (const part of parts) {
    const [keyword = '', ...rest] = part.toString('utf8').split('\0')
    const property = Object.hasOwn(pngProperties, keyword) ? pngProperties[keyword] : undefined
    const words = part.toString('utf8').includes('\ufffd')
      ? part.toString('latin1').slice(keyword.length + 1)
      : rest.join(' ')
    if (property && !texts.has(property)) texts.set(property, [words])
  }
  return texts
}

/**
 * Adds what the packet does not say yet.
 * @param xmp a packet; empty for none
 * @returns null if the packet has no place to add anything to
 */
export function addTexts(xmp: string, texts: XmpTexts): string | null {
  const missing = [...texts].filter(
    ([{ name }, values]) => values.some((value) => value.trim() !== '') && !says(xmp, name),
  )
  if (missing.length === 0) return xmp
  const prefixes = new Set(missing.map(([{ name }]) => name.split(':')[0] ?? ''))
  const declared = [...prefixes].map((prefix) => ` xmlns:${prefix}="${namespaces[prefix]}"`).join('')
  const properties = missing.map(([property, values]) => element(property, values)).join('')
  return insertIntoRdf(xmp, `<rdf:Description rdf:about=""${declared}>${properties}</rdf:Description>`)
}

const empty =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF></x:xmpmeta>'
const end = '</rdf:RDF>'

/** @returns null if the packet is not built as packets usually are */
export function insertIntoRdf(xmp: string, descriptions: string): string | null {
  const packet = xmp === '' ? empty : xmp
  const at = packet.lastIndexOf(end)
  return at < 0 ? null : `${packet.slice(0, at)}${descriptions}${packet.slice(at)}`
}

function says(xmp: string, name: string): boolean {
  return new RegExp(`[<\\s]${name}(?=[\\s=/>])`).test(xmp)
}

function element({ name, form }: Property, values: readonly string[]): string {
  const texts = values.map(escaped)
  if (form === 'plain') return `<${name}>${texts[0] ?? ''}</${name}>`
  const list = { alternatives: 'rdf:Alt', sequence: 'rdf:Seq', bag: 'rdf:Bag' }[form]
  const language = form === 'alternatives' ? ' xml:lang="x-default"' : ''
  const items = (form === 'alternatives' ? texts.slice(0, 1) : texts).map(
    (text) => `<rdf:li${language}>${text}</rdf:li>`,
  )
  return `<${name}><${list}>${items.join('')}</${list}></${name}>`
}

/** XML 1.0 allows no other control characters. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  const printable = text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
  return printable.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').trim()
}

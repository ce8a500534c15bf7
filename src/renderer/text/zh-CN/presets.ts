/** 简体中文: the presets in the settings and their editor. */
import type { presets as english } from '../en/presets.ts'
import type { Translated } from '../translated.ts'

export const presets: Translated<typeof english> = {
  presets: {
    usual: '预设',
    usualHint: '之后添加的照片将按此预设生成副本上传；RAW 文件和视频不经转换，直接上传。原文件不受影响。',
    names: {
      original: '原图',
      'web-gallery': '网络图库',
      proof: '选片样片',
      'archive-jpeg': '存档（原尺寸）',
      webp: 'WebP（原尺寸）',
      avif: 'AVIF 图像',
    },
    all: '全部预设',
    allHint: '对预设的更改立即生效。列表中的批次仍使用添加时的预设。',
    add: '新建预设',
    edit: '编辑 {{name}}',
    changed: '已修改',
    summary: '{{format}}，质量 {{quality, number}}',
    summaryPixels: '{{format}}，质量 {{quality, number}}，{{pixels, number}} 像素',
    name: '名称',
    nameMissing: '请输入名称，例如“报社供稿”',
    format: '格式',
    quality: '质量（1 至 100）',
    qualityHint: '留空则使用预设自带的值 {{own, number}}。',
    longEdge: '长边（像素）',
    longEdgeHint: '较小的照片不会被放大。留空则保留原尺寸。',
    longEdgeInvalid: '请输入 {{least, number}} 至 {{most, number}} 之间的整数，或留空',
    colour: '色彩',
    colours: { keep: '保留照片的色彩配置文件', srgb: '转换为 sRGB，适合不支持配置文件的应用' },
    keepLocation: '保留 GPS 位置',
    convert: '转换以下格式，其他文件不经转换，直接上传',
    convertMissing: '请至少选择一种',
    whenUnconvertible: '照片无法转换时',
    whenUnconvertibles: { 'send-original': '上传原图', fail: '将文件标为失败' },
    save: '保存预设',
    close: '取消',
    remove: '删除预设',
    reset: '恢复默认',
  },
}

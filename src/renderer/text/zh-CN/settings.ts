/** 简体中文: the settings. */
import type { settings as english } from '../en/settings.ts'
import type { Translated } from '../translated.ts'

export const settings: Translated<typeof english> = {
  settings: {
    title: '设置',
    server: '照片存储位置',
    thisComputer: '这台电脑',
    anotherServer: '其他服务器',
    thisComputerHint: 'PhotoFerry 在本机运行自带的服务器，照片保存在这台电脑上。',
    url: '服务器地址',
    urlPlaceholder: 'https://photos.example.com',
    token: '访问令牌',
    test: '测试连接',
    parallelFiles: '同时上传的文件数',
    parallelChunks: '每个文件同时上传的分块数',
    maxRetries: '自动重试次数',
    maxFileSize: '文件大小上限（MB）',
    maxFileSizeHint: '超过上限的文件不会上传。留空表示不限制。',
    preset: '预设',
    presetHint: '此后添加的照片将按此预设生成副本上传；RAW 文件和视频按原样上传。原文件不受影响。',
    presets: {
      original: '原文件，不做处理',
      'web-gallery': '网络图库：JPEG，2,560 像素',
      proof: '选片小样：JPEG，1,600 像素',
      'archive-jpeg': '存档：JPEG，原尺寸',
      webp: 'WebP，原尺寸',
      avif: 'AVIF，3,840 像素',
    },
    quality: '质量（1 至 100）',
    qualityHint: '留空则使用预设自带的值 {{own, number}}。',
    theme: '主题',
    themes: { auto: '跟随系统', light: '浅色', dark: '深色' },
    language: '语言',
    languageAuto: '跟随系统',
    save: '保存',
    cancel: '放弃更改',
    numberBetween: '请输入 {{least, number}} 至 {{most, number}} 之间的整数',
    sizeInvalid: '请输入大于 0 的数字，或留空',
    urlInvalid: '请输入完整的地址，例如 https://photos.example.com',
  },
}

// Runs before anything is drawn: without a theme of the user's own, follow the device.
const root = document.documentElement
if (!root.dataset.bsTheme) {
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const follow = () => { root.dataset.bsTheme = dark.matches ? 'dark' : 'light' }
  follow()
  dark.addEventListener('change', follow)
}

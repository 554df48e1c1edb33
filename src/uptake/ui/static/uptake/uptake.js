// What pages do beyond links and forms; without this file every task can still be finished.

const announce = text => {
  document.getElementById('announcements').textContent = text
}

// Thin bar for waits of more than 200 ms
let underway = 0
let timer
const waiting = document.getElementById('waiting')
document.addEventListener('htmx:beforeRequest', () => {
  underway += 1
  timer ??= setTimeout(() => waiting.classList.add('on'), 200)
})
document.addEventListener('htmx:afterRequest', () => {
  underway = Math.max(0, underway - 1)
  if (underway) return
  clearTimeout(timer)
  timer = undefined
  waiting.classList.remove('on')
})

// Say what a swap brought to those who do not see it
document.addEventListener('htmx:afterSettle', event => {
  const said = event.detail.elt.closest('[data-announce]') ?? event.detail.elt.querySelector('[data-announce]')
  if (said) announce(said.dataset.announce)
  document.getElementById('problems')?.toggleAttribute('data-empty', false)
  drawCharts(event.detail.elt)
})
document.addEventListener('htmx:beforeSwap', event => {
  if (event.detail.xhr.status < 400) document.getElementById('problems')?.replaceChildren()
})
document.addEventListener('htmx:sendError', () => announce('The server cannot be reached. Try again.'))

// Menus close when one looks elsewhere
document.addEventListener('click', event => {
  for (const open of document.querySelectorAll('details.menu[open]')) {
    if (!open.contains(event.target)) open.open = false
  }
})
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return
  const open = event.target.closest?.('details.menu[open]')
  if (open) {
    open.open = false
    open.querySelector('summary').focus()
  }
})

// Copy, show a password, confirm, choose: small things on forms
document.addEventListener('click', event => {
  const copy = event.target.closest('[data-copy]')
  if (copy) {
    navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).textContent.trim())
      .then(() => { copy.classList.add('done'); announce('Copied.') })
  }
  const show = event.target.closest('[data-show-password]')
  if (show) {
    const field = document.getElementById(show.dataset.showPassword)
    field.type = field.type === 'password' ? 'text' : 'password'
    show.setAttribute('aria-pressed', String(field.type === 'text'))
  }
})
document.addEventListener('change', event => {
  if (event.target.matches('[data-submit]')) event.target.form.requestSubmit()
})

// How a number came about opens beside the page; without this file its link leads to a page
document.addEventListener('htmx:afterSwap', event => {
  const panel = event.detail.target
  if (panel.id !== 'how') return
  panel.showPopover()
  panel.querySelector('.btn-close')?.focus()
})
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}

// A row opens on click and on Enter; its link stays a link for everybody else
document.addEventListener('click', event => {
  const row = event.target.closest('tr[data-href]')
  if (row && !event.target.closest('a,button,input,label,select,summary')) open(row, event)
})
document.addEventListener('keydown', event => {
  if (event.key === 'Enter' && event.target.matches('tr[data-href]')) open(event.target, event)
})
const open = (row, event) => {
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href)
  else window.location.assign(row.dataset.href)
}

// Command palette: "/" and Ctrl-K
const palette = document.getElementById('palette')
if (palette) {
  const text = document.getElementById('palette-text')
  const hits = document.getElementById('palette-hits')
  const options = () => [...hits.querySelectorAll('[role=option]')]
  const chosen = () => hits.querySelector('[aria-selected=true]')
  const choose = option => {
    chosen()?.setAttribute('aria-selected', 'false')
    option?.setAttribute('aria-selected', 'true')
    option?.scrollIntoView({ block: 'nearest' })
    text.setAttribute('aria-activedescendant', option?.id ?? '')
  }
  const show = of => {
    document.getElementById('palette-of').value = of
    text.placeholder = of === 'deployments' ? 'Go to a deployment' : 'Search pages, accounts and people'
    text.value = ''
    palette.showModal()
    text.focus()
    htmx.trigger(text, 'palette-opened')
  }
  document.addEventListener('keydown', event => {
    const typing = event.target.closest('input,textarea,select,[contenteditable]')
    const asked = (event.key === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !typing)
    if (asked && !palette.open) {
      event.preventDefault()
      show('all')
    }
  })
  document.addEventListener('click', event => {
    const opener = event.target.closest('[data-palette]')
    if (opener && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      show(opener.dataset.palette)
    }
    if (event.target === palette || event.target.closest('[data-close-palette]')) palette.close()
  })
  text.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      const all = options()
      choose(all[(all.indexOf(chosen()) + step + all.length) % all.length])
    }
    if (event.key === 'Enter' && chosen()) {
      event.preventDefault()
      window.location.assign(chosen().href)
    }
  })
  hits.addEventListener('htmx:afterSwap', () => {
    choose(options()[0])
    announce(`${options().length} found`)
  })
}

// Charts: the specification is in the page, the library comes when there is one to draw
const THEME = {
  '#1B2733': '--ink', '#5B6773': '--quiet', '#C9D1D8': '--faint', '#E6EAEE': '--grid',
  '#FFFFFF': '--paper', '#0B6E99': '--accent', '#BFDDE9': '--band', '#C2410C': '--alarm',
  '#9A5B01': '--second', '#9B3F7D': '--third'
}
const inTheme = text => {
  const style = getComputedStyle(document.documentElement)
  return text.replace(/#[0-9a-f]{6}/gi, hex => {
    const name = THEME[hex.toUpperCase()]
    return name ? style.getPropertyValue(name).trim() : hex
  })
}
const library = () => import(document.querySelector('script[data-vega]').dataset.vega)
const views = new WeakMap()

async function drawCharts (root) {
  const figures = [...root.querySelectorAll('[data-chart]')]
  if (!figures.length) return
  await library()
  for (const figure of figures) await drawChart(figure)
}
async function drawChart (figure) {
  const place = figure.querySelector('.figure-picture')
  const spec = JSON.parse(inTheme(document.getElementById(figure.dataset.chart).textContent))
  const drawn = await window.vegaEmbed(place, { ...spec, width: 'container' }, {
    actions: false, ast: true, renderer: 'svg', defaultStyle: false, tooltip: { disableDefaultStyle: true }
  })
  views.set(figure, drawn.view)
  figure.querySelector('.figure-downloads').hidden = false
}
const save = (name, address) => {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}
const asCsv = table => [...table.rows].map(row => [...row.cells].map(cell => {
  const text = cell.innerText.trim()
  const harmless = /^[=+\-@]/.test(text) && isNaN(Number(text)) ? `'${text}` : text
  return /[",\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}).join(',')).join('\r\n')
document.addEventListener('click', async event => {
  const kind = event.target.closest('[data-download]')?.dataset.download
  if (!kind) return
  const figure = event.target.closest('[data-chart]')
  const name = `${figure.querySelector('.finding').textContent.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 60)}.${kind}`
  if (kind === 'csv') {
    const details = figure.querySelector('details')
    const was = details.open
    details.open = true
    save(name, URL.createObjectURL(new Blob([asCsv(figure.querySelector('table'))], { type: 'text/csv' })))
    details.open = was
  } else {
    save(name, await views.get(figure).toImageURL(kind, 2))
  }
})
drawCharts(document)
new MutationObserver(() => drawCharts(document))
  .observe(document.documentElement, { attributeFilter: ['data-bs-theme'] })

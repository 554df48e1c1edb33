// The map of a process: which paths are shown, how they are coloured, and how to walk it by keys.
// Without this file the tables below the map say the same.

const figure = document.querySelector('[data-map]')
const data = JSON.parse(document.getElementById(figure.dataset.map).textContent)
const place = figure.querySelector('.map-place')
const facts = figure.querySelector('.map-facts')
const told = figure.querySelector('.map-told')
const slider = figure.querySelector('[name=paths]')
const say = text => { document.getElementById('announcements').textContent = text }
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const whole = number => number.toLocaleString('en')
const percent = share => share > 0.995 && share < 1 ? '>99 %' : `${Math.round(share * 100)} %`

const FIRST_PATHS = 55
const FIRST_STOPS = 40
const MOST_PATHS = 400
const nodes = new Map(data.nodes.map(node => [node.id, node]))
const edges = data.edges.map((edge, place) => ({ ...edge, id: `path ${place}` }))
  .sort((one, other) => other.weight - one.weight)
const total = edges.reduce((sum, edge) => sum + edge.weight, 0)
const ends = data.nodes.filter(node => node.end).map(node => node.id)
const byEnd = end => {
  const found = new Map(data.nodes.map(node => [node.id, []]))
  for (const edge of edges) if (edge.source !== edge.target) found.get(edge[end]).push(edge)
  return found
}
const into = byEnd('target')
const outOf = byEnd('source')

// The first paths, and for every activity on them the strongest way there and away that is in sight
const pathsOf = many => {
  const chosen = new Set(edges.slice(0, many))
  const stops = stopsOf([...chosen])
  for (const id of stops) {
    for (const [ways, far] of [[into.get(id), 'source'], [outOf.get(id), 'target']]) {
      if (ways.some(edge => chosen.has(edge))) continue
      const way = ways.find(edge => stops.has(edge[far]))
      if (way) chosen.add(way)
    }
  }
  return [...chosen]
}
const stopsOf = paths => new Set(paths.flatMap(edge => [edge.source, edge.target]))
const manyFor = share => {
  let carried = 0
  let many = 0
  while (many < edges.length && carried < total * share / 100) carried += edges[many++].weight
  return many
}
const shareOf = many => edges.slice(0, many).reduce((sum, edge) => sum + edge.weight, 0) / total
const readable = () => {
  let many = Math.min(edges.length, FIRST_PATHS)
  while (many > 1) {
    const paths = pathsOf(many)
    if (paths.length <= FIRST_PATHS && stopsOf(paths).size <= FIRST_STOPS) break
    many -= 1
  }
  return many
}

// What the lines tell of
let overlay = figure.dataset.overlay
const heaviest = Math.max(1, ...data.edges.map(edge => edge.weight))
const slowest = Math.max(1, ...data.edges.map(edge => edge.seconds ?? 0))
const busiest = Math.max(1, ...data.nodes.filter(node => !node.end).map(node => node.weight))
const mix = (one, other, part) => `color-mix(in srgb, ${one} ${Math.round(part * 100)}%, ${other})`
const solid = text => {
  const drawn = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  drawn.fillStyle = text
  drawn.fillRect(0, 0, 1, 1)
  const [red, green, blue] = drawn.getImageData(0, 0, 1, 1).data
  return `rgb(${red},${green},${blue})`
}
const blend = (one, other, part) => solid(mix(colour(one), colour(other), Math.max(0, Math.min(1, part))))
const lineColour = edge => {
  if (overlay === 'performance') return edge.seconds === null ? colour('--faint') : blend('--second', '--faint', 0.15 + 0.85 * Math.sqrt(edge.seconds / slowest))
  if (overlay === 'deviation') return edge.strays ? blend('--alarm', '--faint', 0.3 + 0.7 * edge.strays) : colour('--faint')
  return blend('--accent', '--faint', 0.25 + 0.75 * Math.sqrt(edge.weight / heaviest))
}
const lineWidth = edge => 1 + 7 * Math.sqrt(edge.weight / heaviest)
const boxColour = node => {
  if (node.end) return colour('--panel')
  if (overlay === 'deviation') return node.strays || node.outside ? blend('--alarm', '--paper', 0.08 + 0.3 * Math.min(1, node.strays)) : colour('--paper')
  if (overlay === 'performance') return node.seconds ? blend('--second', '--paper', 0.35 * Math.sqrt(node.seconds / slowest)) : colour('--paper')
  return blend('--accent', '--paper', 0.06 + 0.24 * Math.sqrt(node.weight / busiest))
}
const shortened = text => text.length > 34 ? `${text.slice(0, 32)}…` : text
const boxText = node => [shortened(node.end ?? node.id), node.under[overlay]].filter(Boolean).join('\n')
const linesOf = node => [shortened(node.end ?? node.id), ...Object.values(node.under).flatMap(line => line.split('\n'))]
const boxWidth = node => Math.max(70, Math.min(250, 16 + 7.2 * Math.max(...linesOf(node).map(line => line.length))))
const boxHeight = node => node.end ? 40 : Object.values(node.under).some(line => line.includes('\n')) ? 60 : 44

const styles = () => [
  { selector: 'node', style: { shape: 'round-rectangle', width: 'data(width)', height: 'data(height)', label: 'data(label)', 'text-wrap': 'wrap', 'text-valign': 'center', 'line-height': 1.25, 'font-size': 13, 'font-family': getComputedStyle(document.body).fontFamily, color: colour('--ink'), 'background-color': 'data(fill)', 'border-width': 1, 'border-color': colour('--faint') } },
  { selector: 'node[?end]', style: { shape: 'round-rectangle', 'border-width': 1.5, 'border-color': colour('--quiet') } },
  { selector: 'node[?outside]', style: { 'border-style': 'dashed', 'border-width': 1.5, 'border-color': colour('--alarm') } },
  { selector: 'edge', style: { width: 'data(width)', label: 'data(label)', 'line-color': 'data(fill)', 'target-arrow-color': 'data(fill)', 'target-arrow-shape': 'triangle', 'arrow-scale': 0.9, 'curve-style': 'bezier', 'font-size': 11.5, 'font-family': getComputedStyle(document.body).fontFamily, color: colour('--ink'), 'text-background-color': colour('--paper'), 'text-background-opacity': 0.88, 'text-background-padding': 2, 'loop-direction': '-45deg', 'loop-sweep': '-40deg', 'control-point-step-size': 46 } },
  { selector: 'edge.bent', style: { 'curve-style': 'unbundled-bezier', 'control-point-weights': edge => edge.scratch().bend.weights, 'control-point-distances': edge => edge.scratch().bend.distances, 'edge-distances': 'node-position' } },
  { selector: '.chosen', style: { 'border-color': colour('--accent'), 'border-width': 3 } },
  { selector: 'edge.chosen', style: { 'line-color': colour('--accent'), 'target-arrow-color': colour('--accent'), 'z-index': 9 } },
  { selector: '.beside', style: { opacity: 0.22 } }
]
const facing = () => data.layout === 'circle' ? 'circle' : place.clientWidth < 640 ? 'TB' : 'LR'

let shown = []
window.cytoscape.warnings(false)
const graph = window.cytoscape({ container: place, style: styles(), minZoom: 0.05, maxZoom: 3, boxSelectionEnabled: false, autoungrabify: false })

const draw = () => {
  graph.elements().remove()
  const stops = stopsOf(shown)
  graph.add([
    ...[...stops].map(id => ({ group: 'nodes', data: { id, ...look(nodes.get(id)) } })),
    ...shown.map(edge => ({ group: 'edges', data: { id: edge.id, source: edge.source, target: edge.target, ...lookOfLine(edge) } }))
  ])
  arrange()
}
const look = node => ({ label: boxText(node), width: boxWidth(node), height: boxHeight(node), fill: boxColour(node), end: node.end, outside: node.outside && overlay === 'deviation' })
const lookOfLine = edge => ({ label: edge.under[overlay] ?? '', width: lineWidth(edge), fill: lineColour(edge), often: edge.weight / heaviest })
// From one rank to the next a line goes straight. A longer one goes around what lies between, by the
// points of the layout, which come as parts of the way between the borders of its boxes: as parts of
// the way between their middles they stand where the layout has them
const STRAIGHT = 40
const ROUNDS = 12
const borderOf = (node, towards) => {
  const { x, y } = node.position()
  const [far, high] = [towards.x - x, towards.y - y]
  const least = Math.min(node.outerWidth() / 2 / Math.max(Math.abs(far), 1e-6), node.outerHeight() / 2 / Math.max(Math.abs(high), 1e-6))
  return { x: x + far * least, y: y + high * least }
}
const bendOf = edge => {
  const { controlPointWeights: parts = [], controlPointDistances: distances = [] } = edge.scratch()
  if (edge.isLoop() || parts.length < 2) return undefined
  const [from, to] = [edge.source().position(), edge.target().position()]
  const line = { x: to.x - from.x, y: to.y - from.y }
  const long = Math.hypot(line.x, line.y) || 1
  const pointAt = (part, off) => ({ x: from.x + line.x * part - line.y / long * off, y: from.y + line.y * part + line.x / long * off })
  const partOf = point => ((point.x - from.x) * line.x + (point.y - from.y) * line.y) / long ** 2
  let [begins, ends] = [0, 1]
  for (let round = 0; round < ROUNDS; round += 1) {
    const at = place => pointAt(begins + parts.at(place) * (ends - begins), distances.at(place))
    const borders = [partOf(borderOf(edge.source(), at(0))), partOf(borderOf(edge.target(), at(-1)))]
    begins = borders[0]
    ends = borders[1]
  }
  return { weights: parts.map(part => begins + part * (ends - begins)), distances }
}
// Of the ways in which a layout can align its ranks, the one in which frequent paths are straightest
const ALIGNMENTS = [undefined, 'UL', 'UR', 'DL', 'DR']
const MOST_TRIED = 150
const lay = (way, align) => graph.layout({ name: 'dagre', rankDir: way, align, nodeSep: 26, edgeSep: 14, rankSep: 58, padding: 16, animate: false, edgeWeight: edge => Math.ceil(STRAIGHT * edge.data('often')), useDagreEdgeControlPoints: true, automaticDagreEdgeStyle: false }).run()
const crookedness = way => graph.edges().reduce((sum, edge) => {
  const [from, to] = [edge.source().position(), edge.target().position()]
  return sum + edge.data('often') * Math.abs(way === 'LR' ? from.y - to.y : from.x - to.x)
}, 0)
const layAligned = way => {
  const tried = shown.length > MOST_TRIED ? ALIGNMENTS.slice(0, 1) : ALIGNMENTS
  const found = tried.map(align => { lay(way, align); return crookedness(way) })
  const best = found.indexOf(Math.min(...found))
  if (best < tried.length - 1) lay(way, tried[best])
}
const isPlaced = edge => [edge.sourceEndpoint(), edge.targetEndpoint()].every(point => Number.isFinite(point.x) && Number.isFinite(point.y))
const arrange = () => {
  const way = facing()
  const isBent = way !== 'circle'
  if (isBent) layAligned(way)
  else graph.layout({ name: 'circle', padding: 24, spacingFactor: 1.1, animate: false }).run()
  if (isBent) {
    graph.edges().forEach(edge => {
      edge.scratch('bend', bendOf(edge))
      edge.toggleClass('bent', edge.scratch().bend !== undefined)
    })
    graph.edges('.bent').filter(edge => !isPlaced(edge)).removeClass('bent')
  }
  fit()
}
// As large as can be read: all of it where that is enough, else from the beginning on
const fit = () => {
  const along = facing() === 'LR'
  const box = graph.elements().boundingBox()
  const [least, most] = [along ? 0.65 : 0.5, 1.15]
  const zoom = Math.max(least, Math.min(most, (place.clientWidth - 32) / Math.max(1, box.w)))
  const tallest = innerHeight * (along ? 0.72 : 0.8)
  place.style.height = `${Math.round(Math.max(along ? 260 : 340, Math.min(zoom * box.h + 48, tallest)))}px`
  graph.resize()
  const [wide, high] = [place.clientWidth, place.clientHeight]
  graph.zoom(Math.max(least, Math.min(zoom, (high - 32) / Math.max(1, box.h))))
  const scale = graph.zoom()
  const start = graph.getElementById(ends[0] ?? '')
  const from = start.length ? start.position() : { x: box.x1, y: box.y1 }
  graph.pan({
    x: box.w * scale <= wide - 16 ? wide / 2 - scale * (box.x1 + box.w / 2) : along ? 20 - scale * box.x1 : wide / 2 - scale * from.x,
    y: box.h * scale <= high - 16 ? high / 2 - scale * (box.y1 + box.h / 2) : along ? high / 2 - scale * from.y : 20 - scale * box.y1
  })
}
const restyle = () => {
  graph.style(styles())
  graph.batch(() => {
    graph.nodes().forEach(node => node.data(look(nodes.get(node.id()))))
    for (const edge of shown) graph.getElementById(edge.id).data(lookOfLine(edge))
  })
}
const tell = many => {
  const stops = [...stopsOf(shown)].filter(id => !ends.includes(id)).length
  const all = data.nodes.length - ends.length
  const paths = shown.filter(edge => !ends.includes(edge.source) && !ends.includes(edge.target)).length
  const allPaths = edges.length + data.left_out - edges.filter(edge => ends.includes(edge.source) || ends.includes(edge.target)).length
  const hidden = all - stops ? `; ${whole(all - stops)} of ${whole(all)} ${figure.dataset.stops} are hidden` : `, and all ${whole(all)} ${figure.dataset.stops}`
  const carried = shown.reduce((sum, edge) => sum + edge.weight, 0) / total
  told.textContent = `${whole(paths)} of ${whole(allPaths)} paths are drawn: ${percent(carried)} of all steps go along them${hidden}.`
  return many
}
const choose = share => {
  const many = Math.min(share ? manyFor(share) : readable(), MOST_PATHS)
  shown = pathsOf(many)
  if (slider) slider.value = String(share || Math.max(1, Math.round(shareOf(many) * 100)))
  draw()
  tell(many)
}

// One thing is looked at: its facts stand beside the map, what has nothing to do with it steps back
let current
const lookAt = (id, { move = false } = {}) => {
  const found = graph.getElementById(id)
  if (!found.length) return
  current = id
  graph.elements().removeClass('chosen').addClass('beside')
  found.removeClass('beside').addClass('chosen')
  found.neighborhood().add(found.connectedNodes?.() ?? []).removeClass('beside')
  const about = found.isNode() ? nodes.get(id) : shown.find(edge => edge.id === id)
  showFacts(about, found.isNode())
  if (move) graph.animate({ center: { eles: found }, duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 180 })
}
const leave = () => {
  current = undefined
  graph.elements().removeClass('chosen beside')
  facts.hidden = true
}
const nameOf = id => nodes.get(id).end ?? id
const showFacts = (about, isStop) => {
  facts.hidden = false
  facts.querySelector('h3').textContent = isStop ? nameOf(about.id) : `${nameOf(about.source)} → ${nameOf(about.target)}`
  facts.querySelector('dl').replaceChildren(...about.facts.map(([name, value]) => {
    const line = document.createElement('div')
    const term = document.createElement('dt')
    const said = document.createElement('dd')
    term.textContent = name
    said.textContent = value
    line.append(term, said)
    return line
  }))
  for (const link of facts.querySelectorAll('[data-ask]')) {
    link.hidden = !isStop || Boolean(about.end)
    const question = new URLSearchParams(location.search)
    question.set(link.dataset.ask, about.id ?? '')
    link.href = `${link.dataset.to ?? ''}?${question}`
  }
}
const spoken = id => {
  const about = nodes.get(id)
  const next = waysFrom(id).slice(0, 3).map(edge => `${nameOf(edge.target)}, ${whole(edge.weight)}`)
  return `${nameOf(id)}. ${about.facts.map(([name, value]) => `${name}: ${value}`).join('. ')}. ${next.length ? `Then ${next.join('; ')}.` : 'Nothing follows.'}`
}
const waysFrom = id => shown.filter(edge => edge.source === id && edge.target !== id)
const waysTo = id => shown.filter(edge => edge.target === id && edge.source !== id)
const stops = () => [...stopsOf(shown)]

// Right and left follow the strongest path, up and down go to the other ways from where one came
let ways = []
let way = 0
place.addEventListener('keydown', event => {
  const at = current && nodes.has(current) ? current : undefined
  const go = id => { lookAt(id, { move: true }); say(spoken(id)) }
  const onward = { ArrowRight: [waysFrom, 'target'], ArrowLeft: [waysTo, 'source'] }[event.key]
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (onward) {
    if (!at) { go(ends.find(id => stopsOf(shown).has(id)) ?? stops()[0]); event.preventDefault(); return }
    const [list, end] = onward
    ways = list(at).map(edge => edge[end])
    way = 0
    if (ways.length) go(ways[0])
  } else if (step && ways.length > 1) {
    way = (way + step + ways.length) % ways.length
    go(ways[way])
  } else if (event.key === 'Enter' && current) {
    facts.querySelector('a:not([hidden])')?.focus()
  } else if (event.key === 'Escape' && current) {
    leave()
  } else if (event.key === '+' || event.key === '=') {
    graph.zoom({ level: graph.zoom() * 1.25, renderedPosition: { x: place.clientWidth / 2, y: place.clientHeight / 2 } })
  } else if (event.key === '-') {
    graph.zoom({ level: graph.zoom() / 1.25, renderedPosition: { x: place.clientWidth / 2, y: place.clientHeight / 2 } })
  } else if (event.key === '0') {
    graph.fit(undefined, 16)
  } else if (!step) return
  event.preventDefault()
})
facts.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return
  leave()
  place.focus()
})
graph.on('tap', event => {
  if (event.target === graph) leave()
  else lookAt(event.target.id())
})

// Buttons, slider, overlay
const remember = (name, value) => {
  const question = new URLSearchParams(location.search)
  question.set(name, value)
  history.replaceState(null, '', `?${question}`)
  for (const link of document.querySelectorAll('[data-shares]')) {
    const address = new URL(link.href)
    address.searchParams.set(name, value)
    link.href = address
  }
  for (const form of document.querySelectorAll('form[method=get].filters')) {
    const kept = form.elements[name] ?? form.appendChild(Object.assign(document.createElement('input'), { type: 'hidden', name }))
    kept.value = value
  }
}
slider?.addEventListener('input', () => {
  leave()
  choose(Number(slider.value))
  remember('paths', slider.value)
})
slider?.addEventListener('change', () => say(told.textContent))
for (const choice of figure.querySelectorAll('[name=show]')) {
  choice.addEventListener('change', () => {
    overlay = choice.value
    restyle()
    remember('show', overlay)
    for (const key of figure.querySelectorAll('[data-key]')) key.hidden = key.dataset.key !== overlay
    say(`The lines now tell of ${overlay}.`)
  })
}
figure.addEventListener('click', event => {
  const act = event.target.closest('[data-act]')?.dataset.act
  const middle = { x: place.clientWidth / 2, y: place.clientHeight / 2 }
  if (act === 'in') graph.zoom({ level: graph.zoom() * 1.3, renderedPosition: middle })
  if (act === 'out') graph.zoom({ level: graph.zoom() / 1.3, renderedPosition: middle })
  if (act === 'fit') graph.fit(undefined, 16)
  if (act === 'close') { leave(); place.focus() }
  if (act === 'svg') save()
})
new MutationObserver(restyle).observe(document.documentElement, { attributeFilter: ['data-bs-theme'] })
let width = place.clientWidth
new ResizeObserver(() => {
  if (Math.abs(place.clientWidth - width) < 40) return
  const turned = (width < 640) !== (place.clientWidth < 640)
  width = place.clientWidth
  graph.resize()
  turned ? arrange() : fit()
}).observe(place)

// The same picture as SVG, in the colours that are seen
const escaped = text => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)
const bend = (from, by, to) => {
  if (!by?.length) return `M${from.x} ${from.y}L${to.x} ${to.y}`
  const parts = by.map((point, place) => {
    const next = by[place + 1]
    const end = next ? { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 } : to
    return `Q${point.x} ${point.y} ${end.x} ${end.y}`
  })
  return `M${from.x} ${from.y}${parts.join('')}`
}
const lineOf = edge => {
  const [from, to] = [edge.sourceEndpoint(), edge.targetEndpoint()]
  const by = edge.controlPoints()
  const before = by?.length ? by[by.length - 1] : from
  const turn = Math.atan2(to.y - before.y, to.x - before.x) * 180 / Math.PI
  const wide = edge.data('width')
  const size = 5 + wide
  const middle = edge.midpoint()
  const text = edge.data('label')
  return `<path d="${bend(from, by, to)}" fill="none" stroke="${edge.data('fill')}" stroke-width="${wide}"/>` +
    `<path d="M0 0L${-size} ${size / 2}V${-size / 2}Z" fill="${edge.data('fill')}" transform="translate(${to.x} ${to.y}) rotate(${turn})"/>` +
    (text ? `<text x="${middle.x}" y="${middle.y + 4}" font-size="11.5" text-anchor="middle" paint-order="stroke" stroke="${colour('--paper')}" stroke-width="4" fill="${colour('--ink')}">${escaped(text)}</text>` : '')
}
const boxOf = node => {
  const { x, y } = node.position()
  const [wide, high] = [node.width(), node.height()]
  const lines = node.data('label').split('\n')
  const dashed = node.data('outside') ? ' stroke-dasharray="5 3"' : ''
  const text = lines.map((line, place) => `<tspan x="${x}" y="${y + 4.5 + (place - (lines.length - 1) / 2) * 16}">${escaped(line)}</tspan>`).join('')
  return `<rect x="${x - wide / 2}" y="${y - high / 2}" width="${wide}" height="${high}" rx="6" fill="${node.data('fill')}" stroke="${node.data('outside') ? colour('--alarm') : colour('--faint')}"${dashed}/><text font-size="13" text-anchor="middle" fill="${colour('--ink')}">${text}</text>`
}
const asSvg = () => {
  const box = graph.elements().boundingBox()
  const [x, y, wide, high] = [box.x1 - 12, box.y1 - 12, box.w + 24, box.h + 24]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${wide} ${high}" width="${Math.round(wide)}" height="${Math.round(high)}" font-family="system-ui, sans-serif" role="img"><title>${escaped(figure.dataset.name)}</title><desc>${escaped(told.textContent)}</desc><rect x="${x}" y="${y}" width="${wide}" height="${high}" fill="${colour('--paper')}"/>${graph.edges().filter(isPlaced).map(lineOf).join('')}${graph.nodes().map(boxOf).join('')}</svg>`
}
const save = () => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([asSvg()], { type: 'image/svg+xml' }))
  link.download = `${figure.dataset.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.svg`
  link.click()
}

for (const each of figure.querySelectorAll('[data-needs-script]')) each.hidden = false
figure.classList.add('drawn-map')
choose(Number(figure.dataset.paths))
figure.dataset.ready = 'yes'

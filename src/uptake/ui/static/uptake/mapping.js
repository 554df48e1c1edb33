// Shows the values of a column as soon as it is chosen.

document.addEventListener('change', event => {
  const target = event.target.dataset?.samplesTo
  if (target) document.getElementById(target).textContent = event.target.selectedOptions[0].dataset.samples
})

// What a browser knows before anything is sent, and what to say while it waits: an import may take a minute.

for (const input of document.querySelectorAll("input[data-max-size]")) {
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.setCustomValidity(file && file.size > Number(input.dataset.maxSize) ? input.dataset.tooLarge : "");
    input.reportValidity();
  });
}

for (const form of document.querySelectorAll("form[data-waiting]")) {
  const said = form.querySelector("[role=status]");
  form.addEventListener("submit", (event) => {
    if (said.textContent) {
      event.preventDefault(); // it is on its way
    } else {
      said.textContent = form.dataset.waiting;
    }
  });
  window.addEventListener("pageshow", () => { said.textContent = ""; });
}

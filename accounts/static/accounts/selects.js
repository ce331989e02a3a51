// What opens a list to type into is called by its label, too, not only by what is chosen.
const name = (select) => {
  const label = select.getAttribute("aria-label") ?? select.labels[0]?.textContent.trim();
  const shown = select.nextElementSibling?.querySelector(".select2-selection__rendered");
  shown?.setAttribute("aria-label", `${label} ${shown.title}`);
};

django.jQuery(() => document.querySelectorAll("select.admin-autocomplete").forEach(name));
django.jQuery(document)
  .on("change", "select.admin-autocomplete", (event) => name(event.target))
  .on("select2:open", "select.admin-autocomplete", () => {
    document.querySelector(".select2-search__field").setAttribute("aria-label", "Type to search");
  });

// A filter holds as soon as it is chosen. By jQuery, whose events alone the autocompletes trigger.
django.jQuery(document).on("change", ".filter-form select", (event) => {
  const select = event.target;
  if (select.form) {
    select.form.submit();
  } else {
    window.location = select.value;
  }
});

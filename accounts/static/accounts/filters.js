// A row that is found by typing filters as soon as it is chosen. By jQuery, whose events alone the autocompletes trigger.
django.jQuery(document).on("change", ".filter-form .admin-autocomplete", (event) => event.target.form.submit());

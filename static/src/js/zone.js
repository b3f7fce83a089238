/* Dates that relative-time writes itself are in the person's zone, as the server's are. It looks here when it starts. */
const page = document.documentElement;
if (page.dataset.zone) page.setAttribute("time-zone", page.dataset.zone);

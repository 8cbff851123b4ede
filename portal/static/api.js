"use strict";
/* The page of the API: Swagger UI over the description of this portal. */
const place = document.getElementById("api");
SwaggerUIBundle({ url: place.dataset.openapi, domNode: place, deepLinking: true, validatorUrl: null });

/** JSON and UTF-8 as bytes: what the door needs beside Jackson's parser. Knows neither HTTP nor the engine. */
package io.clouddragon.http.json;

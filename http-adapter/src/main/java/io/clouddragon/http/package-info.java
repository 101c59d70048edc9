/**
 * The HTTP door: JSON batches, watches and health over the engine. Begin reading at {@link
 * io.clouddragon.http.HttpApi}; what users see is told in {@code docs/http-api.md}.
 */
package io.clouddragon.http;

/**
 * Queue features: each is one class that takes part when a virtual host decides about a queue.
 *
 * <p>A feature is made from a queue's declaration and asked at the points that {@link io.millrace.core.feature.QueueFeature}
 * names. It only answers; what was decided is logged and applied elsewhere, so replaying never asks it. Owner's thread.
 * Adding a feature: one class here and one line in {@link io.millrace.core.feature.QueueFeatures}. Start at
 * {@link io.millrace.core.feature.QueueFeature}.
 */
@NullMarked
package io.millrace.core.feature;

import org.jspecify.annotations.NullMarked;

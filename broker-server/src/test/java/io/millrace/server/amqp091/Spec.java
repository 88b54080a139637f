package io.millrace.server.amqp091;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which part of a specification a test checks; the conformance table is made from it. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@interface Spec {
    /** The specification, such as {@code amqp-0-9-1}; {@code rabbitmq} for extensions and conventions of the field. */
    String value();

    /** The section, or the class and method. */
    String section();
}

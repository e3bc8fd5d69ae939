/** How connections are spread over the nodes, when nodes have come or gone. */
@NullMarked
package io.ovation.balance;

import org.jspecify.annotations.NullMarked;

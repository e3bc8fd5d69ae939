package io.ovation.conversation;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Receipts.
 *
 * @param window how long what a member acknowledges is joined into one event, after one that was recorded at once
 */
@ConfigurationProperties("ovation.receipts")
record ReceiptSettings(@DefaultValue("1s") Duration window) {}

"""What the judging page's script says, in the reader's language."""

from django.utils.translation import gettext


def script_texts() -> dict[str, str]:
    """Texts by the name under which the script knows them; ``{n}`` stands for a number."""
    return {
        "next": gettext("Next comparison. {n} judged today."),
        "nothing": gettext("Nothing is left to judge for now."),
        "revision": gettext("Your earlier judgment, to be changed."),
        "waiting_one": gettext("1 judgment waiting for the connection"),
        "waiting": gettext("{n} judgments waiting for the connection"),
        "all_sent": gettext("All judgments are stored."),
        "sent_elsewhere": gettext("What waited here for another project was sent."),
        "log_in_first": gettext(
            "You are logged out. Nothing is lost: log in in another tab, then come back here."
        ),
        "log_in": gettext("Log in"),
        "someone_else": gettext(
            "Somebody else is logged in in this browser. Your judgments wait here until you are."
        ),
        "server_trouble": gettext(
            "The server has trouble. Your judgments are kept in this browser and sent again."
        ),
        "no_more_ahead": gettext("You have judged all that was fetched ahead"),
        "no_more_ahead_text": gettext(
            "Your judgments are kept in this browser. The next comparison comes as soon as the "
            "connection is back."
        ),
        "fetching": gettext("Fetching the next comparison"),
        "not_stored": gettext("Not stored"),
        "what_you_wrote": gettext("What you wrote, to copy:"),
        "judge_again": gettext("Judge it again"),
        "dismiss": gettext("Dismiss"),
        "saving": gettext("Saving the draft"),
        "saved": gettext("Draft saved"),
        "saved_here": gettext("Draft not saved yet: no connection"),
        "not_saved": gettext("Draft not saved yet"),
        "rationale_due": gettext("Write why, then store your judgment."),
        "rating_due": gettext("Fill in what is required, then store your judgment."),
        "judged_elsewhere": gettext("You judged that comparison in another tab. Here is the next."),
        "nothing_to_take_back": gettext("There is nothing to take back."),
        "needs_connection": gettext("This needs a connection. Try again when it is back."),
        "flagged": gettext("Your remark was kept and goes to the reviewers."),
        "reported": gettext("Reported. You will not see this comparison again."),
        "guidelines_changed": gettext("The guidelines have changed. Read them before you go on."),
        "read_guidelines": gettext("Read the guidelines"),
        "take_a_break": gettext(
            "You have judged for {n} minutes. A few minutes away from the screen keep your "
            "judgments as good as the first one."
        ),
        "go_on": gettext("Go on"),
    }

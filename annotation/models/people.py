"""The people of a project, their teams and their invitations."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotation.models.projects import Project, invitation_expiry, new_secret

# Before every seat: the higher the priority, the lower the number in the key.
LOWEST_PRIORITY = -32_768


class Membership(models.Model):
    """A person in a project; imported annotators have a name but no user."""

    class Role(models.TextChoices):
        ANNOTATOR = "annotator", "Annotator"
        REVIEWER = "reviewer", "Reviewer"
        MANAGER = "manager", "Manager"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    # Unique in the project: the user's name, or what an imported file calls the annotator.
    name = models.CharField(max_length=150)
    pseudonym = models.CharField(max_length=12, editable=False)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ANNOTATOR)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    # Hand-out: nothing is left for this person below this key (inclusive).
    cursor_turn = models.PositiveSmallIntegerField(default=0)
    cursor_priority = models.IntegerField(default=LOWEST_PRIORITY)
    cursor_position = models.BigIntegerField(default=0)
    # Sides: the secret behind the permuted blocks, and how many were handed out.
    side_seed = models.BinaryField(default=new_secret, editable=False)
    handed_out = models.PositiveIntegerField(default=0)
    # Nothing is handed out to a paused annotator, who is shown the reason.
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=500, blank=True)
    # Gold and attention checks count from here: a manager who resumes somebody starts anew.
    checks_since = models.DateTimeField(default=timezone.now)
    qualified_at = models.DateTimeField(null=True, blank=True)
    # The guidelines they have read last; 0: none.
    guidelines_number = models.PositiveIntegerField(default=0)
    guidelines_read_at = models.DateTimeField(null=True, blank=True)
    # Instead of the project's caps; null: the project's.
    cap_judgments = models.PositiveIntegerField(null=True, blank=True)
    cap_per_day = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name"], name="membership_name_unique"),
            models.UniqueConstraint(
                fields=["project", "user"],
                condition=Q(user__isnull=False),
                name="membership_user_unique",
            ),
            models.UniqueConstraint(
                fields=["project", "pseudonym"], name="membership_pseudonym_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_manager(self) -> bool:
        return self.role == self.Role.MANAGER

    @property
    def may_review(self) -> bool:
        return self.role in {self.Role.MANAGER, self.Role.REVIEWER}


class Team(models.Model):
    """People who get comparisons of their own; a person named for some is a team of one."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=150)
    # A team of one person, made to name them; it is not listed among the teams.
    is_personal = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    # It is listed nowhere any more; seats filled for it still say so.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "is_personal", "name"],
                condition=Q(removed_at=None),
                name="team_name_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """A member of a team, with their place in the hand-out order of its seats."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="teams")
    # Nothing is left for this person in the team's seats below this key (inclusive).
    cursor_turn = models.PositiveSmallIntegerField(default=0)
    cursor_priority = models.IntegerField(default=LOWEST_PRIORITY)
    cursor_position = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "membership"], name="team_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.membership} in {self.team}"


class Invitation(models.Model):
    """A single-use link into a project; only the SHA-256 of its token is stored."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Membership.Role.choices)
    # Who it is meant for, in the manager's words; nothing is sent there.
    label = models.CharField(max_length=150, blank=True, default="", db_default="")
    # Whoever accepts joins this team.
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=invitation_expiry)
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.project} as {self.role}"

    @property
    def is_open(self) -> bool:
        ended = self.accepted_at or self.revoked_at
        return ended is None and self.expires_at > timezone.now()

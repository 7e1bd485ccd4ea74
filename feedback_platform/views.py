"""The page of one's own account, with its API tokens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from feedback_platform.accounts import logged_in_user
from feedback_platform.forms import TokenForm
from feedback_platform.tokens import create_token, revoke_token, tokens_of


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show the account; make a token, whose text is in this answer and nowhere else."""
    user = logged_in_user(request)
    form, new = TokenForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        token, text = create_token(user=user, **form.cleaned_data)
        form, new = TokenForm(), {"token": token, "text": text}
    context = {"form": form, "new": new, "tokens": tokens_of(user)}
    status = 422 if form.is_bound else 200
    return render(request, "account/account.html", context, status=status)


@login_required
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = get_object_or_404(tokens_of(logged_in_user(request)), pk=token_id)
    revoke_token(token=token)
    messages.success(request, f"The token {token.name} was revoked. Programs using it stop now.")
    return redirect("account")

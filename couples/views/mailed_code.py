"""The page that asks for a mailed code: allauth's, with a way to correct a mistyped address that tells nothing."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmEmailVerificationCodeView
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property

from couples.accounts import correcting
from couples.forms.accounts import CorrectAddressForm

PAGE = "account_email_verification_sent"


class MailedCode(ConfirmEmailVerificationCodeView):
    """Somebody whose address was known before sees, and waits for, the same as somebody new."""

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As allauth answers, in the same time whether or not there is somebody new."""
        answer = super().dispatch(*args, **kwargs)
        if self._process is not None and "user_id" not in self._process.state:
            correcting.look_for_nobody()
        return answer

    @cached_property
    def _may_correct(self) -> bool:
        return correcting.may_correct(self.request, self._process)

    @cached_property
    def _action(self) -> str:
        wanted = self.request.POST.get("action")
        if wanted == "change" and self._may_correct:
            return "change"
        return "resend" if wanted == "resend" and self._process.can_resend else "verify"

    def _get_change_form_class(self) -> Any:
        return lambda **given: CorrectAddressForm(until_now=self._process.email, **given)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """As allauth fills the page, and whether the address can be corrected."""
        return {**super().get_context_data(**kwargs), "can_change": self._may_correct}

    def _change_form_valid(self, form: BaseForm) -> HttpResponse:
        correcting.correct(self.request, self._process, form.cleaned_data["email"], form.account_already_exists)
        return redirect(PAGE)

    def _change_form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def _resend_form_valid(self, form: BaseForm) -> HttpResponse:
        answer = super()._resend_form_valid(form)
        if self._process.email_address.user_id is None:  # where nobody was made, nothing was mailed
            get_adapter().send_to_nobody(self._process.email)
        return answer

    def _verify_form_valid(self, form: BaseForm) -> HttpResponse:
        correcting.forget(self.request)
        return super()._verify_form_valid(form)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """As allauth answers. Whoever asks too quickly is asked to wait (429)."""
        try:
            return super().post(*args, **kwargs)
        except ImmediateHttpResponse as refused:
            return refused.response


ask = login_not_required(MailedCode.as_view())
